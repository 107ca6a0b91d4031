// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// Runs tasks on the thread of one event loop, between its reads and writes.
///
/// A call that runs where its connection lives costs no change of threads for each message. More
/// important, it cannot run ahead: a message that it writes has reached the channel when it goes on,
/// and a channel with enough to send makes it wait. From any other thread writes only queue up behind
/// a busy loop, without bound. What runs here must not block.
final class EventLoopTaskExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { [self] in unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
