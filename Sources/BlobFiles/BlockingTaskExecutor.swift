// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix

/// Runs tasks on threads that may block, where stores work on files.
///
/// A store goes to these threads by itself. A caller that handles many small blobs saves that
/// way there and back, some ten microseconds for each, by being there already:
///
/// ```swift
/// await withTaskExecutorPreference(BlockingTaskExecutor.shared) {
///     // Reads files, puts blobs.
/// }
/// ```
public final class BlockingTaskExecutor: TaskExecutor {
    /// The executor of the process.
    ///
    /// It has two threads more than there are processors, as some wait for the disk.
    public static let shared = BlockingTaskExecutor()

    private let pool = NIOThreadPool(numberOfThreads: NIOCore.System.coreCount + 2)

    private init() { pool.start() }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // The state says whether the pool is shutting down. A job must run all the same, or its
        // task would never end.
        pool.submit { [self] _ in
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
