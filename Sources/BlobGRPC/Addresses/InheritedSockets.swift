// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Glibc
import Synchronization
import SystemPackage

/// The sockets that systemd, or whoever else started the process, has opened (sd_listen_fds(3)).
enum InheritedSockets {
    enum Selection: Hashable {
        case first
        case named(String)
        case all

        /// Reads `sd-listen`, `sd-listen:NAME` or `sd-listen:*`, also in capitals or with an underscore.
        init?(_ text: String) {
            let keyword = text.prefix { $0 != ":" }
            guard keyword.lowercased().replacing("_", with: "-") == "sd-listen" else { return nil }
            switch text[keyword.endIndex...] {
            case "": self = .first
            case ":*": self = .all
            case let name: self = .named(String(name.dropFirst()))
            }
        }
    }

    private static let firstDescriptor: CInt = 3
    /// Each descriptor belongs to one socket only.
    private static let taken = Mutex<Set<CInt>>([])

    /// Takes sockets over.
    static func take(
        _ selection: Selection,
        _ text: String,
        _ options: ListeningOptions
    ) throws(BlobError) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        for descriptor in try find(selection, text, options) {
            let isNew = taken.withLock { $0.insert(descriptor).inserted }
            guard isNew else {
                throw BlobError(.refused, "\(text): socket \(descriptor) is asked for twice")
            }
            sockets.append(try take(descriptor, text, options))
        }
        return sockets
    }

    private static func find(
        _ selection: Selection,
        _ text: String,
        _ options: ListeningOptions
    ) throws(BlobError) -> [CInt] {
        if options.ignoresActivationEnvironment {
            guard selection == .first else {
                throw BlobError(
                    .refused,
                    "\(text): without the environment only 'sd-listen' can be served"
                )
            }
            return [firstDescriptor]
        }
        let activation = try SocketActivation(text)
        let descriptors = firstDescriptor..<firstDescriptor + CInt(activation.count)
        switch selection {
        case .first:
            return [firstDescriptor]
        case .all:
            return Array(descriptors)
        case .named(let name):
            let found = descriptors.filter {
                activation.names[Int($0 - firstDescriptor)] == name
            }
            guard !found.isEmpty else {
                let names = activation.names.map { "'\($0)'" }.joined(separator: ", ")
                throw BlobError(.refused, "\(text): no socket has this name, there are \(names)")
            }
            return found
        }
    }

    private static func take(
        _ descriptor: CInt,
        _ text: String,
        _ options: ListeningOptions
    ) throws(BlobError) -> ListeningSocket {
        func refusal(_ problem: String) -> BlobError {
            BlobError(.refused, "\(text): descriptor \(descriptor) \(problem)")
        }
        guard let type = option(SO_TYPE, of: descriptor) else { throw refusal("is no socket") }
        guard type == CInt(SOCK_STREAM.rawValue) else { throw refusal("is no stream socket") }
        guard option(SO_ACCEPTCONN, of: descriptor) == 1 else {
            throw refusal("is a connection and does not listen; systemd needs Accept=no")
        }
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0,
            fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
        else { throw ListeningSocket.failure("cannot be taken over", text) }
        let name = try SocketName.url(of: descriptor, options, text)
        return ListeningSocket(descriptor: descriptor, name: name)
    }

    private static func option(_ option: CInt, of descriptor: CInt) -> CInt? {
        var value: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        let result = unsafe getsockopt(descriptor, SOL_SOCKET, option, &value, &size)
        return result == 0 ? value : nil
    }
}

/// What the environment says about the sockets that were opened for this process.
struct SocketActivation: Hashable {
    /// How many there are, from descriptor 3 on.
    let count: Int
    /// One name for each.
    let names: [String]

    /// Reads the environment of this process; `text` is what asks for the sockets.
    init(_ text: String) throws(BlobError) {
        var environment: [String: String] = [:]
        for name in ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"] {
            if let value = unsafe getenv(name) {
                environment[name] = unsafe String(cString: value)
            }
        }
        try self.init(environment, process: getpid(), text)
    }

    /// Reads an environment.
    init(
        _ environment: [String: String],
        process: pid_t,
        _ text: String
    ) throws(BlobError) {
        func refusal(_ problem: String) -> BlobError { BlobError(.refused, "\(text): \(problem)") }
        guard let fds = environment["LISTEN_FDS"] else {
            throw refusal("nobody has opened sockets for this process: LISTEN_FDS is not set")
        }
        guard let count = Int(fds), (1...1024).contains(count) else {
            throw refusal("LISTEN_FDS is '\(fds)', which is no number of sockets")
        }
        if let pid = environment["LISTEN_PID"], pid != "\(process)" {
            throw refusal(
                "the sockets are for process \(pid), and this is \(process);"
                    + " --sd-accept-ignore-environment takes descriptor 3 all the same"
            )
        }
        guard environment["LISTEN_PID"] != nil else { throw refusal("LISTEN_PID is not set") }
        var names = [String](repeating: "unknown", count: count)
        if let text = environment["LISTEN_FDNAMES"] {
            names = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard names.count == count else {
                throw refusal("LISTEN_FDNAMES has \(names.count) names, LISTEN_FDS says \(count)")
            }
        }
        self.count = count
        self.names = names
    }
}
