// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1

/// A request as it is sent: where to, with which headers.
struct SignedRequest {
    let url: String
    let headers: HTTPHeaders
    /// Whether one of the headers is about the hash that the server keeps.
    let hasChecksum: Bool

    /// Writes a request down and signs it, unless there are no credentials.
    init(
        _ request: S3Request,
        at location: Endpoint,
        in region: String,
        with credentials: S3Credentials?,
        at time: CalendarTime,
        userAgent: String
    ) {
        let path = URIEncoding.encode(location.path, keepingSlashes: true)
        let query = URIEncoding.encode(request.query)
        url = location.url + path + (query.isEmpty ? "" : "?\(query)")
        var signed = [("Host", location.authority)] + request.headers
        hasChecksum = credentials != nil && request.checksum != nil
        if let credentials {
            if let checksum = request.checksum {
                signed.append((checksum.name, checksum.value))
            }
            signed.append(("x-amz-content-sha256", request.payload.hash))
            signed.append(("x-amz-date", time.basic))
            if let token = credentials.sessionToken {
                signed.append(("x-amz-security-token", token))
            }
        }
        var headers = HTTPHeaders(signed)
        if let credentials {
            let canonical = CanonicalRequest(
                method: request.method.rawValue,
                path: location.path,
                query: request.query,
                headers: signed,
                payloadHash: request.payload.hash
            )
            let signer = RequestSigner(credentials, region: region)
            headers.add(
                name: "Authorization",
                value: signer.authorization(for: canonical, at: time)
            )
        }
        headers.add(name: "User-Agent", value: userAgent)
        self.headers = headers
    }
}
