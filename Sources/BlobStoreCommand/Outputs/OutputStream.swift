// SPDX-License-Identifier: Apache-2.0
import Glibc
import SystemPackage

/// Standard output, a pipe or a device: what takes bytes in order.
///
/// Every call blocks while the reader is behind.
final class OutputStream: Sendable {
    /// Standard output.
    static let standard = OutputStream(descriptor: .standardOutput, name: "standard output")

    private let descriptor: SystemPackage.FileDescriptor
    private let name: FilePath
    private let isTerminal: Bool

    private init(descriptor: SystemPackage.FileDescriptor, name: FilePath) {
        self.descriptor = descriptor
        self.name = name
        isTerminal = isatty(descriptor.rawValue) == 1
    }

    /// Opens a pipe or a device.
    init(_ path: FilePath) throws(Failure) {
        name = path
        isTerminal = false
        do {
            descriptor = try .open(path, .writeOnly, options: .closeOnExec)
        } catch {
            throw Failure(.unwritable, path, error as? Errno ?? .ioError)
        }
    }

    deinit { if descriptor != .standardOutput { try? descriptor.close() } }

    /// Writes all of `bytes`.
    func write(_ bytes: RawSpan) throws(Failure) {
        if isTerminal { Terminal.showProgress("") }
        let errno = unsafe bytes.withUnsafeBytes { memory -> Errno? in
            do {
                unsafe try descriptor.writeAll(memory)
                return nil
            } catch {
                return error as? Errno ?? .ioError
            }
        }
        switch errno {
        case nil: return
        case .brokenPipe: throw Failure(.closedOutput, "\(name): the reader has gone")
        case let errno?: throw Failure(.unwritable, name, errno)
        }
    }
}
