// SPDX-License-Identifier: Apache-2.0
import BlobStore

/// What options come to, together with the environment and the shared files.
struct Settings {
    let options: S3Options
    let region: String
    /// That of a server which is not AWS, or `nil`.
    let endpoint: Endpoint?
    private let usesVirtualHost: Bool

    init(_ options: S3Options) throws(BlobError) {
        try options.check()
        self.options = options
        let environment = options.environment
        let profile = try SharedFiles(options).profile()
        region =
            options.region ?? environment.variable("AWS_REGION") ?? environment.variable(
                "AWS_DEFAULT_REGION"
            )
            ?? profile?["region"] ?? "us-east-1"
        let url =
            options.endpoint ?? environment.variable("AWS_ENDPOINT_URL_S3") ?? environment.variable(
                "AWS_ENDPOINT_URL"
            )
            ?? profile?["endpoint_url"]
        if let url {
            let endpoint = try Endpoint(url: url)
            let allowsHTTP =
                options.allowsHTTP
                || environment.variable("AWS_ALLOW_HTTP").flatMap(TextOptions.flag) ?? false
            guard endpoint.isSecure || allowsHTTP else {
                throw BlobError(
                    .refused,
                    "\(url): anybody on the way can read it; write https, or aws_allow_http=true"
                )
            }
            self.endpoint = endpoint
        } else {
            endpoint = nil
        }
        guard Self.isRegion(region) else {
            throw BlobError(.refused, "\(region): is no region; write one as in eu-central-1")
        }
        usesVirtualHost =
            options.usesVirtualHost
            ?? (endpoint == nil && BucketName.isHostLabel(options.bucket))
    }

    /// Whether a region can be a part of the name of a host.
    static func isRegion(_ region: String) -> Bool {
        !region.isEmpty && region.utf8.count <= 64
            && region.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_")
            }
    }

    /// Where an object, or the bucket if there is no key, is to be found: a server and a path on it that
    /// is not encoded.
    func location(of key: String?, in region: String) -> Endpoint {
        var location = endpoint ?? Endpoint(service: "s3", region: region)
        if !usesVirtualHost {
            location.path += "/\(options.bucket)"
        } else if !location.host.hasPrefix("\(options.bucket).") {
            // The SDKs of AWS want an endpoint without the bucket, the object_store crate wants one with it.
            location.host = "\(options.bucket).\(location.host)"
        }
        if let key { location.path += "/\(key)" }
        if location.path.isEmpty { location.path = "/" }
        return location
    }

    /// The bucket, and the prefix if there is one.
    var fullBucket: String {
        options.prefix.isEmpty ? options.bucket : "\(options.bucket)/\(options.prefix)"
    }

    /// The key in the bucket of an object of the storage, or what such keys begin with.
    func fullKey(_ key: String) -> String {
        options.prefix.isEmpty ? key : "\(options.prefix)/\(key)"
    }
}
