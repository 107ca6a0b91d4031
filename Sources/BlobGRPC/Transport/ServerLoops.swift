// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix

/// The event loops of all servers of the process, each a group of its own.
///
/// They are there for as long as the process: a connection may have something to do on its loop when
/// its server has ended.
enum ServerLoops {
    private static let all = (0..<max(1, System.coreCount)).map { _ in
        MultiThreadedEventLoopGroup(numberOfThreads: 1)
    }

    /// Returns as many loops, but no more than there are processors.
    static func first(_ count: Int) -> [MultiThreadedEventLoopGroup] {
        Array(all.prefix(max(1, count)))
    }
}
