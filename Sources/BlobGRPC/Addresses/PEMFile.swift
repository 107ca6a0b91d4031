// SPDX-License-Identifier: Apache-2.0
public import BlobStore
import NIOSSL
import SystemPackage

/// A file with certificates or a key, looked at early so that what is wrong with it is said clearly.
enum PEMFile {
    enum Content: String {
        case certificates = "certificate"
        case privateKey = "private key"
    }

    private static let longest = 1 << 20
    private static let begin = "-----BEGIN "

    /// Fails unless a file can be read and has what is expected in it.
    ///
    /// What is inside of the blocks is not looked at.
    static func check(_ path: String, has content: Content) throws(BlobError) {
        let labels = try labels(in: path)
        switch content {
        case .certificates:
            if labels.contains(where: { $0.hasSuffix("CERTIFICATE") }) { return }
        case .privateKey:
            if labels.contains("ENCRYPTED PRIVATE KEY") {
                throw BlobError(.refused, "\(path): the private key is encrypted; decrypt it first")
            }
            if labels.contains(where: { $0.hasSuffix("PRIVATE KEY") }) { return }
        }
        let found = labels.isEmpty ? "" : ", only \(labels.joined(separator: ", "))"
        throw BlobError(.refused, "\(path): has no \(content.rawValue) in PEM form in it\(found)")
    }

    /// Fails unless the first certificate of one file is that of the key in another one.
    static func check(
        _ certificatePath: String,
        belongsTo privateKeyPath: String
    ) throws(BlobError) {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificatePath)
        } catch {
            throw BlobError(.refused, "\(certificatePath): is damaged", cause: error)
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: privateKeyPath, format: .pem)
        } catch {
            throw BlobError(.refused, "\(privateKeyPath): is encrypted or damaged", cause: error)
        }
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        guard (try? NIOSSLContext(configuration: configuration)) != nil else {
            let problem = "is not the key of \(certificatePath)"
            throw BlobError(.refused, "\(privateKeyPath): \(problem)")
        }
    }

    /// The names of the complete blocks.
    private static func labels(in path: String) throws(BlobError) -> [String] {
        let lines = try text(of: path).split(whereSeparator: \.isNewline)
            .map { $0.drop(while: \.isWhitespace) }
        var labels: [String] = []
        for (index, line) in lines.enumerated() where line.hasPrefix(begin) {
            let label = line.dropFirst(begin.count).prefix { $0 != "-" }
            if lines[index...].contains(where: { $0.hasPrefix("-----END \(label)-----") }) {
                labels.append(String(label))
            }
        }
        return labels
    }

    private static func text(of path: String) throws(BlobError) -> String {
        do {
            let file = try FileDescriptor.open(
                FilePath(path),
                .readOnly,
                options: [.closeOnExec, .nonBlocking]
            )
            return try file.closeAfter {
                var bytes = [UInt8](repeating: 0, count: longest)
                var count = 0
                while count < longest {
                    let done = unsafe try bytes.withUnsafeMutableBytes {
                        unsafe try file.read(into: .init(rebasing: $0[count...]))
                    }
                    if done == 0 { break }
                    count += done
                }
                return String(decoding: bytes.prefix(count), as: UTF8.self)
            }
        } catch {
            throw BlobError(.refused, "\(path): cannot be read", cause: error)
        }
    }
}

extension ClientTLS {
    /// Fails if one of the files is not what it should be.
    func check() throws(BlobError) {
        if let rootsPath { try PEMFile.check(rootsPath, has: .certificates) }
        if let certificatePath { try PEMFile.check(certificatePath, has: .certificates) }
        if let privateKeyPath { try PEMFile.check(privateKeyPath, has: .privateKey) }
        if let certificatePath, let privateKeyPath {
            try PEMFile.check(certificatePath, belongsTo: privateKeyPath)
        }
    }
}

extension ServerTLS {
    /// Fails if one of the files cannot be read, has no certificate or key in PEM form in it, or if the
    /// key is not that of the certificate.
    ///
    /// Blocks for a moment.
    public func check() throws(BlobError) {
        try PEMFile.check(certificateChainPath, has: .certificates)
        try PEMFile.check(privateKeyPath, has: .privateKey)
        if let clientRootsPath { try PEMFile.check(clientRootsPath, has: .certificates) }
        try PEMFile.check(certificateChainPath, belongsTo: privateKeyPath)
    }
}
