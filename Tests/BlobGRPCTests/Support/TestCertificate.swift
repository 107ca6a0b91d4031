// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Certificates that are good for a day, made by openssl.
enum TestCertificate {
    /// Writes `NAME.pem`, signed by itself for this machine, and `NAME.key`.
    static func make(_ name: String, in folder: TestFolder) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "1", "-subj", "/CN=\(name)",
            "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
            "-keyout", "\(folder.path)/\(name).key", "-out", "\(folder.path)/\(name).pem",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "install openssl: make dependencies")
    }
}
