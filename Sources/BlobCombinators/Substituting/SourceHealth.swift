// SPDX-License-Identifier: Apache-2.0

/// Whether a substituter is asked: a circuit breaker (Nygard, "Release It!", 2007).
///
/// It is closed until some calls in a row have failed. Then it is open for a while, in which nobody asks;
/// after that one call tries whether all is well again.
struct SourceHealth: Sendable {
    typealias Instant = ContinuousClock.Instant

    private var failureCount = 0
    private var lastFailure: Instant?
    /// Since the breaker has opened: until when it is open, and for how long it is open the next time.
    private var open: (until: Instant, nextPause: Duration)?
    /// Until when another call need not try: one is trying.
    private var trialEnd: Instant?
    private var demotedUntil: Instant?

    /// Whether it is asked after all others.
    func isDemoted(at now: Instant) -> Bool { demotedUntil.map { now < $0 } ?? false }

    /// Returns whether a call may be made; if the breaker has been open, for one call only within a time.
    mutating func admit(at now: Instant, trialTime: Duration) -> Bool {
        guard let open else { return true }
        guard now >= open.until, trialEnd.map({ now >= $0 }) ?? true else { return false }
        trialEnd = now + trialTime
        return true
    }

    /// Notes that a call has been answered; only content makes earlier failures forgotten.
    mutating func succeed(withContent: Bool) {
        if withContent { failureCount = 0 }
        open = nil
        trialEnd = nil
    }

    /// Notes that a call has failed; returns for how long the substituter is now left alone, if it was not
    /// before.
    ///
    /// All calls that run when a connection breaks fail at once, and count as one.
    mutating func fail(
        at now: Instant,
        ofCallSince start: Instant,
        _ options: SubstitutingOptions
    ) -> Duration? {
        if let lastFailure, start < lastFailure { return nil }
        lastFailure = now
        failureCount += 1
        trialEnd = nil
        if let open {
            // Calls from before it opened may still fail.
            guard now >= open.until else { return nil }
            let pause = open.nextPause
            self.open = (now + pause, min(pause * 2, options.longestPause))
            return pause
        }
        guard failureCount >= options.failureLimit else { return nil }
        open = (now + options.firstPause, min(options.firstPause * 2, options.longestPause))
        return options.firstPause
    }

    /// Notes that wrong bytes have come; returns whether that is news.
    mutating func demote(at now: Instant, _ options: SubstitutingOptions) -> Bool {
        defer { demotedUntil = now + options.demotion }
        return !isDemoted(at: now)
    }
}
