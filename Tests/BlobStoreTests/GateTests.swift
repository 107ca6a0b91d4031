// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Testing

@Suite struct GateTests {
    @Test func letsInSoMany() async throws {
        let gate = Gate(3)
        let inside = WaitableState(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    let permit = try await gate.enter()
                    let count = inside.update { inside in
                        inside += 1
                        return inside
                    }
                    #expect(count <= 3)
                    await Task.yield()
                    inside.update { $0 -= 1 }
                    withExtendedLifetime(permit) {}
                }
            }
            try await group.waitForAll()
        }
        let permits = [try await gate.enter(), try await gate.enter(), try await gate.enter()]
        #expect(permits.count == 3)
    }

    @Test func isHeldWhileABodyRuns() async throws {
        let gate = Gate(1)
        let inside = WaitableState(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await gate.pass { () throws(BlobError) in
                        inside.update { $0 += 1 }
                        await Task.yield()
                        let count = inside.update { inside in
                            inside -= 1
                            return inside
                        }
                        #expect(count == 0)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func passesOverWhoIsCancelled() async throws {
        let gate = Gate(1)
        for _ in 0..<100 {
            var permit: Gate.Permit? = try await gate.enter()
            #expect(permit != nil)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<5 { group.addTask { _ = try? await gate.enter() } }
                await Task.yield()
                group.cancelAll()
                permit = nil
            }
            _ = try await gate.enter()
        }
    }
}
