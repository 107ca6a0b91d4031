// SPDX-License-Identifier: Apache-2.0
import BlobStore
import SystemPackage
import Testing

@testable import BlobStoreCommand

@Suite struct ExitStatusTests {
    private static let table: [(BlobError.Code, Int32)] = [
        (.corrupt, 65), (.invalidRange, 64), (.refused, 77), (.unsupported, 76),
        (.unavailable, 69), (.cancelled, 130),
    ]

    @Test(arguments: table)
    func `each kind of store error has its own status`(code: BlobError.Code, number: Int32) {
        let status = ExitStatus(code)
        #expect(status.rawValue == number)
        #expect(BlobError.Code(status) == code)
    }

    @Test func `no two kinds share a status`() {
        let codes = ExitStatus.allCases.compactMap(BlobError.Code.init)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { BlobError.Code(ExitStatus($0)) == $0 })
    }

    @Test func `the worst of several failures decides`() {
        let tally = Tally()
        tally.note(.unreadable)
        tally.note(.absent)
        #expect(tally.status == .unreadable)
        #expect(throws: ExitStatus.End.self) { try tally.finish() }
    }

    @Test func `a failure is one line with advice`() {
        let failure = Failure(BlobError(.refused, "/x\ny: cannot write", cause: Errno.noSpace))
        #expect(
            failure.description
                == "/x\\ny: cannot write: No space left on device; make room and try again"
        )
        #expect(failure.status == .refused)
    }
}
