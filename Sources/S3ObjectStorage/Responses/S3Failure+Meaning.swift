// SPDX-License-Identifier: Apache-2.0

extension S3Failure {
    private static let passingCodes: Set<String> = [
        "InternalError", "SlowDown", "ServiceUnavailable", "RequestTimeout", "OperationAborted",
        "ConditionalRequestConflict", "Throttling", "ThrottlingException", "RequestLimitExceeded",
        "TooManyRequests", "BandwidthLimitExceeded",
    ]
    private static let expiryCodes: Set<String> = [
        "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired",
    ]
    private static let regionCodes: Set<String> = [
        "AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect",
        "IllegalLocationConstraintException", "IncorrectEndpoint",
    ]

    /// Whether the same request may work later.
    var isPassing: Bool { Self.isPassing(status) || Self.isPassing(code) }

    /// Whether an answer with this status may be followed by a better one.
    ///
    /// Servers, and what is in front of them, have statuses of their own for it, as from 520 to 530; 501
    /// and 505 say what a server cannot do at all.
    private static func isPassing(_ status: UInt) -> Bool {
        switch status {
        case 408, 429, 499: true
        case 501, 505: false
        default: status >= 500
        }
    }

    /// Whether what a server calls by this word may work later.
    static func isPassing(_ code: String) -> Bool { passingCodes.contains(code) }

    /// Whether the server does not say why it refuses the request, as in answers to HEAD.
    var isSilent: Bool { code.isEmpty && (status == 400 || status == 403) }

    /// Whether it may be because of the region.
    var isAboutRegion: Bool { isRedirection || Self.regionCodes.contains(code) || isSilent }

    private var isRedirection: Bool { status == 301 || status == 307 }

    /// Whether the server knows nothing of the header with the hash; not all ignore what they do not know.
    var isAboutChecksum: Bool {
        usedChecksum && (status == 400 || status == 501)
            && message.lowercased().contains("x-amz-checksum-")
    }

    /// Whether other credentials, from the same place, may help.
    var isAboutExpiry: Bool {
        Self.expiryCodes.contains(code)
            || code.isEmpty && status == 400 && usedCredentials?.sessionToken != nil
    }

    /// What can be done about it by whoever set this up.
    func advice(_ settings: Settings, now: Int64) -> String? {
        let bucket = settings.options.bucket
        if code == "NoSuchBucket" { return "there is no bucket \(bucket)" }
        if let serverTime, status == 403 || status == 400, abs(serverTime - now) > 900 {
            return
                "the clock here is \(abs(serverTime - now)) s away from that of the server; set it"
        }
        return placeAdvice(settings) ?? credentialAdvice
    }

    private func placeAdvice(_ settings: Settings) -> String? {
        let other = [region, usedRegion].compactMap(\.self).first { $0 != settings.region }
        let place = endpoint ?? other ?? "the server does not say where"
        // A region that the server has named did not help.
        let isElsewhere =
            isRedirection || Self.regionCodes.contains(code) && usedRegion != settings.region
        // The host of a server that is named is the same in all regions.
        if isElsewhere, let server = settings.endpoint {
            let advice =
                server.isAmazon
                ? "leave aws_endpoint_url out" : "write aws_endpoint_url accordingly"
            return "the bucket is elsewhere, \(place): \(advice)"
        }
        if isAboutRegion, let region, region != settings.region {
            return "the bucket is in another region: write aws_region=\(region)"
        }
        guard isElsewhere else { return nil }
        return "the bucket is elsewhere, \(place): write aws_region or aws_endpoint_url accordingly"
    }

    private var credentialAdvice: String? {
        switch code {
        case "SignatureDoesNotMatch": "the secret key does not belong to the access key"
        case "InvalidAccessKeyId": "the server does not know the access key"
        case "ExpiredToken": "the session token has expired"
        case "AccessDenied" where usedCredentials == nil: "the bucket may not be public"
        case "AccessDenied" where status == 403, "" where status == 403:
            "besides the right to do this, s3:ListBucket is needed to be told that there is no object"
        default: nil
        }
    }
}
