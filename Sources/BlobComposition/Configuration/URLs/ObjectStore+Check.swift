// SPDX-License-Identifier: Apache-2.0

extension ServiceConfiguration.ObjectStore {
    private static let places = [
        "memory:///", "file:///FOLDER", "https://HOST", "http://HOST", "s3://BUCKET", "gs://BUCKET",
    ]
    private static let otherS3Schemes = ["s3a", "s3n", "aws"]
    private static let layouts = ["castore", "packed"]
    private static let s3Options = [
        layoutOption, "aws_access_key_id", "aws_secret_access_key", "aws_session_token",
        "aws_profile", "aws_skip_signature", "aws_region", "aws_endpoint_url", "aws_allow_http",
        "aws_virtual_hosted_style_request", "aws_ca_file", "concurrency", "user_agent",
    ]

    /// The option, our own, that says how blobs are kept as objects.
    static let layoutOption = "layout"

    /// Checks that the place is of a known kind.
    func checkPlace() throws(ConfigurationError) {
        let shown = Quoted(Secrets.hide(inURL: url))
        guard !url.contains("#"), !url.contains("?") else {
            throw ConfigurationError(
                "the URL \(shown) of the object store has '#' or '?' in it",
                advice: "write %23 and %3F in paths"
            )
        }
        let scheme = url.prefix { $0 != ":" }
        let rest = url[scheme.endIndex...].dropFirst()
        switch scheme {
        case "memory":
            guard ["", "/", "//", "///"].contains(rest) else {
                throw ConfigurationError(
                    "\(shown) has something behind 'memory:'",
                    advice: "write memory:///"
                )
            }
        case "file":
            guard rest.hasPrefix("/"), !rest.hasPrefix("//") || rest.hasPrefix("///") else {
                throw ConfigurationError(
                    "\(shown) names no folder of this machine",
                    advice: "write file:///FOLDER"
                )
            }
        case "http", "https", "s3", "gs":
            guard rest.hasPrefix("//"), let first = rest.dropFirst(2).first, first != "/" else {
                throw ConfigurationError(
                    "\(shown) has no host or bucket",
                    advice: "write \(scheme)://NAME"
                )
            }
        case _ where Self.otherS3Schemes.contains(String(scheme)):
            throw ConfigurationError("\(shown) is no spelling of S3", advice: "write s3://BUCKET")
        default:
            throw ConfigurationError(
                "\(shown) is no object store",
                advice: "known are \(Spelling.list(Self.places, quoted: false))"
            )
        }
    }

    /// Says what is wrong with an option, if something is.
    func optionProblem() -> (name: String, error: ConfigurationError)? {
        func problem(
            _ name: String,
            _ message: String,
            _ advice: String
        )
            -> (name: String, error: ConfigurationError)
        {
            (name, ConfigurationError(message, advice: advice))
        }
        if let layout = options[Self.layoutOption], !Self.layouts.contains(layout) {
            return problem(
                Self.layoutOption,
                "unknown layout \(Quoted(layout))",
                Spelling.suggestion(for: layout, among: Self.layouts)
                    ?? "known are \(Spelling.list(Self.layouts))"
            )
        }
        let scheme = url.prefix { $0 != ":" }
        guard ["s3", "file", "memory"].contains(scheme) else { return nil }
        // Those of S3 are without effect elsewhere, as upstream has it.
        if let name = options.keys.filter({ !Self.s3Options.contains($0) }).min() {
            let near = Spelling.suggestion(for: name, among: Self.s3Options)
            return problem(
                name,
                "unknown option \(Quoted(name)) for \(scheme == "s3" ? "S3" : "object stores")",
                near ?? "known are \(Spelling.list(Self.s3Options))"
            )
        }
        let keys = ["aws_access_key_id", "aws_secret_access_key"]
        let given = keys.filter { options[$0] != nil }
        if given.count == 1, let name = given.first {
            return problem(
                name,
                "\(Spelling.list(keys, quoted: false)) need each other",
                "give both or neither"
            )
        }
        if let flag = options["aws_allow_http"], !["0", "1", "false", "true"].contains(flag) {
            return problem(
                "aws_allow_http",
                "aws_allow_http is \(Quoted(flag))",
                "write true or false"
            )
        }
        return nil
    }
}
