// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import S3ObjectStorage

/// Signatures that botocore has made with a fixed time.
@Suite struct VectorTests {
    struct Vector: Decodable {
        let method: String
        let path: String
        let query: [[String]]
        let headers: [[String]]
        let payloadHash: String
        let region: String
        let token: String?
        let seconds: Int64
        let canonical: String
        let authorization: String
    }

    @Test func areTheSame() throws {
        let url = try #require(Bundle.module.url(forResource: "botocore", withExtension: "json"))
        let vectors = try JSONDecoder().decode([Vector].self, from: Data(contentsOf: url))
        #expect(vectors.count == 9)
        for vector in vectors {
            let request = CanonicalRequest(
                method: vector.method,
                path: vector.path,
                query: vector.query.map { ($0[0], $0[1]) },
                headers: vector.headers.map { ($0[0], $0[1]) },
                payloadHash: vector.payloadHash
            )
            #expect(request.text == vector.canonical)
            let credentials = S3Credentials(
                accessKeyID: "AKIDEXAMPLE",
                secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                sessionToken: vector.token
            )
            let signer = RequestSigner(credentials, region: vector.region)
            let time = CalendarTime(secondsSince1970: vector.seconds)
            #expect(signer.authorization(for: request, at: time) == vector.authorization)
        }
    }
}
