// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix

/// Runs tasks on the threads that also do what blocks.
///
/// A small file goes back and forth between tasks and blocking calls many times. On two sets of
/// threads each of these steps wakes a sleeping thread, which costs as much as hashing the file.
final class WorkerExecutor: TaskExecutor {
    private let pool = NIOThreadPool.singleton

    /// Chooses the number of threads, before anything uses the pool.
    static func prepare() {
        // While some threads wait for a disk or a pipe, the others keep the processors busy.
        NIOSingletons.blockingPoolThreadCountSuggestion = System.coreCount + 1
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.submit { _ in unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
