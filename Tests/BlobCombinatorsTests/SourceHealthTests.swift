// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BlobCombinators

@Suite struct SourceHealthTests {
    private let start = ContinuousClock.now
    private let patient = Patient()

    @Test func `it opens after some failures in a row`() {
        for _ in 0..<2 { #expect(patient.fail(at: start) == nil) }
        patient.succeed()
        for _ in 0..<2 { #expect(patient.fail(at: start) == nil) }
        #expect(patient.admit(at: start))
        #expect(patient.fail(at: start) == .seconds(5))
        #expect(!patient.admit(at: start + .seconds(4.9)))
    }

    @Test func `answers to questions do not make failures forgotten`() {
        for second in 0..<2 {
            #expect(patient.fail(at: start + .seconds(second)) == nil)
            patient.succeed(withContent: false)
        }
        #expect(patient.fail(at: start + .seconds(2)) == .seconds(5))
        patient.succeed(withContent: false)
        #expect(patient.admit(at: start + .seconds(3)))
        #expect(patient.fail(at: start + .seconds(4)) == .seconds(5))
    }

    @Test func `calls that fail together count as one`() {
        for _ in 0..<10 {
            #expect(patient.fail(at: start + .seconds(1), ofCallSince: start) == nil)
        }
        #expect(patient.admit(at: start + .seconds(2)))
    }

    @Test func `one call tries it, and the pause grows if that fails`() {
        for _ in 0..<3 { _ = patient.fail(at: start) }
        var now = start
        for pause in [5, 10, 20, 40, 80, 160, 300, 300, 300] {
            now += .seconds(pause)
            #expect(!patient.admit(at: now - .milliseconds(1)))
            #expect(patient.admit(at: now))
            #expect(!patient.admit(at: now))
            _ = patient.fail(at: now)
        }
    }

    @Test func `failures of earlier calls do not prolong the pause`() {
        for _ in 0..<3 { _ = patient.fail(at: start) }
        for _ in 0..<10 { #expect(patient.fail(at: start + .seconds(1)) == nil) }
        #expect(patient.admit(at: start + .seconds(5)))
    }

    @Test func `a trial that never ends is followed by another`() {
        for _ in 0..<3 { _ = patient.fail(at: start) }
        #expect(patient.admit(at: start + .seconds(5)))
        #expect(!patient.admit(at: start + .seconds(14)))
        #expect(patient.admit(at: start + .seconds(15)))
        patient.succeed()
        #expect(patient.admit(at: start + .seconds(15)))
        #expect(patient.admit(at: start + .seconds(15)))
    }

    @Test func `a demotion ends by itself`() {
        #expect(patient.demote(at: start))
        #expect(!patient.demote(at: start + .seconds(1)))
        #expect(patient.isDemoted(at: start + .seconds(600)))
        #expect(!patient.isDemoted(at: start + .seconds(601)))
    }
}

/// A substituter whose health is asked about.
private final class Patient {
    private var health = SourceHealth()
    private let options = SubstitutingOptions()

    func admit(at now: ContinuousClock.Instant) -> Bool {
        health.admit(at: now, trialTime: .seconds(10))
    }

    func succeed(withContent: Bool = true) { health.succeed(withContent: withContent) }

    func fail(
        at now: ContinuousClock.Instant,
        ofCallSince start: ContinuousClock.Instant? = nil
    ) -> Duration? {
        health.fail(at: now, ofCallSince: start ?? now, options)
    }

    func demote(at now: ContinuousClock.Instant) -> Bool { health.demote(at: now, options) }

    func isDemoted(at now: ContinuousClock.Instant) -> Bool { health.isDemoted(at: now) }
}
