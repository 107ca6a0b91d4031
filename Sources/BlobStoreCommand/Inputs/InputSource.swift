// SPDX-License-Identifier: Apache-2.0
import NIOCore
import Synchronization
import SystemPackage

/// What a command reads: an argument, or a file below one.
struct Input: Sendable {
    /// Where the result belongs among the results.
    var position: Int
    /// The name for results: the path, or `-` for standard input.
    var name: FilePath
    var content: Result<FileContent, Failure>

    /// The content, if all of it is in memory.
    var whole: ByteBuffer? {
        guard case .success(.whole(let buffer)) = content else { return nil }
        return buffer
    }
}

/// Gives the inputs of a command out, one by one, to any number of tasks.
final class InputSource: Sendable {
    private struct State {
        var arguments: ArraySlice<FilePath>
        var walk: FolderWalk?
        var count = 0
    }

    private enum Found {
        case file(FilePath, followingLinks: Bool)
        case standardInput
        case failed(FilePath, Failure)
    }

    private static let maximumBatchLength = 32
    private static let batchByteCount = 256 << 10

    private let recursive: Bool
    private let excluded: FileStatus.Identity?
    private let state: Mutex<State>

    /// Creates a source.
    ///
    /// - Parameters:
    ///   - arguments: Paths; `-` is standard input, and so is no argument at all.
    ///   - recursive: Whether a folder stands for all files below it.
    ///   - excluded: A folder to leave out.
    init(
        _ arguments: [FilePath],
        recursive: Bool = false,
        excluding excluded: FileStatus.Identity? = nil
    ) {
        self.recursive = recursive
        self.excluded = excluded
        state = Mutex(State(arguments: arguments.isEmpty ? ["-"] : arguments[...]))
    }

    /// Opens the next inputs and reads them up to a small number of bytes; `nil` after the last one.
    ///
    /// Going to a thread that may block costs about as much as reading a small file, so several
    /// are read at once. An input that is not small is the last of its batch.
    func nextBatch() -> [Input]? {
        var batch: [Input] = []
        var byteCount = 0
        while batch.count < Self.maximumBatchLength, byteCount < Self.batchByteCount,
            let input = next()
        {
            batch.append(input)
            guard let count = input.whole?.readableBytes else { break }
            byteCount += count
        }
        return batch.isEmpty ? nil : batch
    }

    private func next() -> Input? {
        let found = state.withLock { state -> (Int, Found)? in
            guard let found = find(&state) else { return nil }
            defer { state.count += 1 }
            return (state.count, found)
        }
        guard let (position, found) = found else { return nil }
        switch found {
        case .standardInput:
            return Input(position: position, name: "-") { () throws(Failure) in try InputFile() }
        case .file(let path, let followingLinks):
            return Input(position: position, name: path) { () throws(Failure) in
                try InputFile(path, followingLinks: followingLinks)
            }
        case .failed(let path, let failure):
            return Input(position: position, name: path, content: .failure(failure))
        }
    }

    private func find(_ state: inout State) -> Found? {
        while true {
            if let found = findBelow(&state) { return found }
            guard let argument = state.arguments.popFirst() else { return nil }
            if argument == "-" { return .standardInput }
            guard recursive, FileStatus(argument)?.kind == .folder else {
                return .file(argument, followingLinks: true)
            }
            do {
                state.walk = try FolderWalk(argument, excluding: excluded)
            } catch is FolderReader.Excluded {
                Terminal.note("\(argument): skipped, is the store itself")
            } catch {
                return .failed(argument, Failure(error))
            }
        }
    }

    private func findBelow(_ state: inout State) -> Found? {
        while let finding = state.walk?.next() {
            switch finding {
            case .file(let path): return .file(path, followingLinks: false)
            case .failed(let path, let failure): return .failed(path, failure)
            case .skipped(let path, let reason): Terminal.note("\(path): skipped, \(reason)")
            }
        }
        state.walk = nil
        return nil
    }
}

extension Input {
    fileprivate init(
        position: Int,
        name: FilePath,
        opening: () throws(Failure) -> InputFile
    ) {
        self.position = position
        self.name = name
        do throws(Failure) {
            content = .success(try FileContent(try opening()))
        } catch {
            content = .failure(error)
        }
    }
}
