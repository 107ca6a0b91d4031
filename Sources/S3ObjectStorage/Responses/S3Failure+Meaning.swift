// SPDX-License-Identifier: Apache-2.0

extension S3Failure {
    private static let passingStatuses: Set<UInt> = [408, 429, 500, 502, 503, 504]
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
    var isPassing: Bool {
        Self.passingStatuses.contains(status) || Self.isPassing(code)
    }

    /// Whether what a server calls by this word may work later.
    static func isPassing(_ code: String) -> Bool { passingCodes.contains(code) }

    /// Whether it may be because of the region; answers to HEAD do not say more than the status.
    var isAboutRegion: Bool {
        status == 301 || status == 307 || Self.regionCodes.contains(code)
            || code.isEmpty && (status == 400 || status == 403)
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
        if isAboutRegion, let region, region != settings.region {
            return "the bucket is in another region: write aws_region=\(region)"
        }
        if status == 301 || status == 307 {
            return "the bucket is elsewhere, \(endpoint ?? "the server does not say where"): "
                + "write aws_region or aws_endpoint_url accordingly"
        }
        return credentialAdvice
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
