// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Testing

@Suite struct TurnsTests {
    private let turns = Turns<Int>()

    @Test func `one works at a key, and others at other keys`() async throws {
        let busy = WaitableState<[Int: Int]>([:])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask { [turns] in
                    try await turns.take(number % 3) { () throws(BlobError) in
                        let count = busy.update { busy in
                            busy[number % 3, default: 0] += 1
                            return busy[number % 3]
                        }
                        #expect(count == 1)
                        await Task.yield()
                        busy.update { $0[number % 3] = 0 }
                    }
                }
            }
            try await group.waitForAll()
        }
        try await turns.take(1) { () throws(BlobError) in
            let inner = try await turns.take(2) { () throws(BlobError) in "another" }
            #expect(inner == "another")
        }
    }

    @Test func `who fails is followed by the next one`() async throws {
        let failure = BlobError(.unavailable, "no")
        await #expect(throws: BlobError.self) {
            try await turns.take(1) { () throws(BlobError) in throw failure }
        }
        let value = try await turns.take(1) { () throws(BlobError) in 5 }
        #expect(value == 5)
    }

    @Test func `who is cancelled does not wait any more`() async throws {
        try await turns.take(1) { () throws(BlobError) in
            let waiter = Task { [turns] in
                try await turns.take(1) { () throws(BlobError) in Issue.record("it is not its turn")
                }
            }
            waiter.cancel()
            let error = await #expect(throws: BlobError.self) { try await waiter.value }
            #expect(error?.code == .cancelled)
        }
    }
}
