// swift-format-ignore-file
// SPDX-License-Identifier: Apache-2.0
// Made by dev/generate-protobuf.sh from Protos.

package import Foundation

/// The compiled definitions of all services, as protobuf's `FileDescriptorProto`.
package enum ServiceDefinitions {
    /// A file name for each definition.
    package static let files: [String: Data] = [
        "blobstore/v1/blobstore.proto": decoded(
            """
            ChxibG9ic3RvcmUvdjEvYmxvYnN0b3JlLnByb3RvEgxibG9ic3RvcmUudjEiNgoGU3RhdHVzEhIKBGNvZGUYASABKAVSBGNvZGUS
            GAoHbWVzc2FnZRgCIAEoCVIHbWVzc2FnZSIuChJGaW5kTWlzc2luZ1JlcXVlc3QSGAoHZGlnZXN0cxgBIAMoDFIHZGlnZXN0cyJj
            ChNGaW5kTWlzc2luZ1Jlc3BvbnNlEhgKB21pc3NpbmcYASADKAxSB21pc3NpbmcSMgoGZmFpbGVkGAIgAygLMhouYmxvYnN0b3Jl
            LnYxLkZhaWxlZERpZ2VzdFIGZmFpbGVkIlQKDEZhaWxlZERpZ2VzdBIWCgZkaWdlc3QYASABKAxSBmRpZ2VzdBIsCgZzdGF0dXMY
            AiABKAsyFC5ibG9ic3RvcmUudjEuU3RhdHVzUgZzdGF0dXMiSQoOR2V0TWFueVJlcXVlc3QSGAoHZGlnZXN0cxgBIAMoDFIHZGln
            ZXN0cxIdCgpzaXplX2xpbWl0GAIgASgEUglzaXplTGltaXQiQgoPR2V0TWFueVJlc3BvbnNlEi8KBWJsb2JzGAEgAygLMhkuYmxv
            YnN0b3JlLnYxLkZldGNoZWRCbG9iUgVibG9icyJ7CgtGZXRjaGVkQmxvYhIWCgZkaWdlc3QYASABKAxSBmRpZ2VzdBIsCgZzdGF0
            dXMYAiABKAsyFC5ibG9ic3RvcmUudjEuU3RhdHVzUgZzdGF0dXMSEgoEc2l6ZRgDIAEoBFIEc2l6ZRISCgRkYXRhGAQgASgMUgRk
            YXRhIj0KDlB1dE1hbnlSZXF1ZXN0EisKBWJsb2JzGAEgAygLMhUuYmxvYnN0b3JlLnYxLk5ld0Jsb2JSBWJsb2JzIjUKB05ld0Js
            b2ISFgoGZGlnZXN0GAEgASgMUgZkaWdlc3QSEgoEZGF0YRgCIAEoDFIEZGF0YSJBCg9QdXRNYW55UmVzcG9uc2USLgoFYmxvYnMY
            ASADKAsyGC5ibG9ic3RvcmUudjEuU3RvcmVkQmxvYlIFYmxvYnMiUgoKU3RvcmVkQmxvYhIWCgZkaWdlc3QYASABKAxSBmRpZ2Vz
            dBIsCgZzdGF0dXMYAiABKAsyFC5ibG9ic3RvcmUudjEuU3RhdHVzUgZzdGF0dXMixQEKEFJlYWRTbGljZVJlcXVlc3QSFgoGZGln
            ZXN0GAEgASgMUgZkaWdlc3QSMAoGcmFuZ2VzGAIgAygLMhguYmxvYnN0b3JlLnYxLkNodW5rUmFuZ2VSBnJhbmdlcxIxCgZmb3Jt
            YXQYAyABKA4yGS5ibG9ic3RvcmUudjEuU2xpY2VGb3JtYXRSBmZvcm1hdBIkCgtncm91cF9zaGlmdBgEIAEoDUgAUgpncm91cFNo
            aWZ0iAEBQg4KDF9ncm91cF9zaGlmdCJBCgpDaHVua1JhbmdlEhQKBXN0YXJ0GAEgASgEUgVzdGFydBIVCgNlbmQYAiABKARIAFID
            ZW5kiAEBQgYKBF9lbmQiIAoKU2xpY2VDaHVuaxISCgRkYXRhGAEgASgMUgRkYXRhIigKDFdhdGNoUmVxdWVzdBIYCgdkaWdlc3Rz
            GAEgAygMUgdkaWdlc3RzIt8ECg1UcmFuc2ZlckV2ZW50EhoKCHRyYW5zZmVyGAEgASgEUgh0cmFuc2ZlchIWCgZzb3VyY2UYAiAB
            KAlSBnNvdXJjZRJDCglkaXJlY3Rpb24YAyABKA4yJS5ibG9ic3RvcmUudjEuVHJhbnNmZXJFdmVudC5EaXJlY3Rpb25SCWRpcmVj
            dGlvbhIWCgZkaWdlc3QYBCABKAxSBmRpZ2VzdBI3CgVzdGF0ZRgFIAEoDjIhLmJsb2JzdG9yZS52MS5UcmFuc2ZlckV2ZW50LlN0
            YXRlUgVzdGF0ZRIdCgpieXRlX2NvdW50GAYgASgEUglieXRlQ291bnQSLQoQdG90YWxfYnl0ZV9jb3VudBgHIAEoBEgAUg50b3Rh
            bEJ5dGVDb3VudIgBARIsCgZzdGF0dXMYCCABKAsyFC5ibG9ic3RvcmUudjEuU3RhdHVzUgZzdGF0dXMijAEKBVN0YXRlEhUKEVNU
            QVRFX1VOU1BFQ0lGSUVEEAASEQoNU1RBVEVfU1RBUlRFRBABEhEKDVNUQVRFX1JVTk5JTkcQAhIOCgpTVEFURV9ET05FEAMSEAoM
            U1RBVEVfRkFJTEVEEAQSEQoNU1RBVEVfUkVUUklFRBAFEhEKDVNUQVRFX0RFTU9URUQQBiJkCglEaXJlY3Rpb24SGQoVRElSRUNU
            SU9OX1VOU1BFQ0lGSUVEEAASEgoORElSRUNUSU9OX1JFQUQQARITCg9ESVJFQ1RJT05fV1JJVEUQAhITCg9ESVJFQ1RJT05fRkVU
            Q0gQA0ITChFfdG90YWxfYnl0ZV9jb3VudCp6CgtTbGljZUZvcm1hdBIcChhTTElDRV9GT1JNQVRfVU5TUEVDSUZJRUQQABIYChRT
            TElDRV9GT1JNQVRfUEFSRU5UUxABEhkKFVNMSUNFX0ZPUk1BVF9TSUJMSU5HUxACEhgKFFNMSUNFX0ZPUk1BVF9DT05URU5UEAMy
            ggMKCUJsb2JTdG9yZRJSCgtGaW5kTWlzc2luZxIgLmJsb2JzdG9yZS52MS5GaW5kTWlzc2luZ1JlcXVlc3QaIS5ibG9ic3RvcmUu
            djEuRmluZE1pc3NpbmdSZXNwb25zZRJICgdHZXRNYW55EhwuYmxvYnN0b3JlLnYxLkdldE1hbnlSZXF1ZXN0Gh0uYmxvYnN0b3Jl
            LnYxLkdldE1hbnlSZXNwb25zZTABEkoKB1B1dE1hbnkSHC5ibG9ic3RvcmUudjEuUHV0TWFueVJlcXVlc3QaHS5ibG9ic3RvcmUu
            djEuUHV0TWFueVJlc3BvbnNlKAEwARJHCglSZWFkU2xpY2USHi5ibG9ic3RvcmUudjEuUmVhZFNsaWNlUmVxdWVzdBoYLmJsb2Jz
            dG9yZS52MS5TbGljZUNodW5rMAESQgoFV2F0Y2gSGi5ibG9ic3RvcmUudjEuV2F0Y2hSZXF1ZXN0GhsuYmxvYnN0b3JlLnYxLlRy
            YW5zZmVyRXZlbnQwAWIGcHJvdG8z
            """),
        "grpc/health/v1/health.proto": decoded(
            """
            ChtncnBjL2hlYWx0aC92MS9oZWFsdGgucHJvdG8SDmdycGMuaGVhbHRoLnYxIi4KEkhlYWx0aENoZWNrUmVxdWVzdBIYCgdzZXJ2
            aWNlGAEgASgJUgdzZXJ2aWNlIrEBChNIZWFsdGhDaGVja1Jlc3BvbnNlEkkKBnN0YXR1cxgBIAEoDjIxLmdycGMuaGVhbHRoLnYx
            LkhlYWx0aENoZWNrUmVzcG9uc2UuU2VydmluZ1N0YXR1c1IGc3RhdHVzIk8KDVNlcnZpbmdTdGF0dXMSCwoHVU5LTk9XThAAEgsK
            B1NFUlZJTkcQARIPCgtOT1RfU0VSVklORxACEhMKD1NFUlZJQ0VfVU5LTk9XThADMq4BCgZIZWFsdGgSUAoFQ2hlY2sSIi5ncnBj
            LmhlYWx0aC52MS5IZWFsdGhDaGVja1JlcXVlc3QaIy5ncnBjLmhlYWx0aC52MS5IZWFsdGhDaGVja1Jlc3BvbnNlElIKBVdhdGNo
            EiIuZ3JwYy5oZWFsdGgudjEuSGVhbHRoQ2hlY2tSZXF1ZXN0GiMuZ3JwYy5oZWFsdGgudjEuSGVhbHRoQ2hlY2tSZXNwb25zZTAB
            YgZwcm90bzM=
            """),
        "grpc/reflection/v1/reflection.proto": decoded(
            """
            CiNncnBjL3JlZmxlY3Rpb24vdjEvcmVmbGVjdGlvbi5wcm90bxISZ3JwYy5yZWZsZWN0aW9uLnYxIvMCChdTZXJ2ZXJSZWZsZWN0
            aW9uUmVxdWVzdBISCgRob3N0GAEgASgJUgRob3N0EioKEGZpbGVfYnlfZmlsZW5hbWUYAyABKAlIAFIOZmlsZUJ5RmlsZW5hbWUS
            NgoWZmlsZV9jb250YWluaW5nX3N5bWJvbBgEIAEoCUgAUhRmaWxlQ29udGFpbmluZ1N5bWJvbBJiChlmaWxlX2NvbnRhaW5pbmdf
            ZXh0ZW5zaW9uGAUgASgLMiQuZ3JwYy5yZWZsZWN0aW9uLnYxLkV4dGVuc2lvblJlcXVlc3RIAFIXZmlsZUNvbnRhaW5pbmdFeHRl
            bnNpb24SQgodYWxsX2V4dGVuc2lvbl9udW1iZXJzX29mX3R5cGUYBiABKAlIAFIZYWxsRXh0ZW5zaW9uTnVtYmVyc09mVHlwZRIl
            Cg1saXN0X3NlcnZpY2VzGAcgASgJSABSDGxpc3RTZXJ2aWNlc0IRCg9tZXNzYWdlX3JlcXVlc3QiZgoQRXh0ZW5zaW9uUmVxdWVz
            dBInCg9jb250YWluaW5nX3R5cGUYASABKAlSDmNvbnRhaW5pbmdUeXBlEikKEGV4dGVuc2lvbl9udW1iZXIYAiABKAVSD2V4dGVu
            c2lvbk51bWJlciKuBAoYU2VydmVyUmVmbGVjdGlvblJlc3BvbnNlEh0KCnZhbGlkX2hvc3QYASABKAlSCXZhbGlkSG9zdBJWChBv
            cmlnaW5hbF9yZXF1ZXN0GAIgASgLMisuZ3JwYy5yZWZsZWN0aW9uLnYxLlNlcnZlclJlZmxlY3Rpb25SZXF1ZXN0Ug9vcmlnaW5h
            bFJlcXVlc3QSZgoYZmlsZV9kZXNjcmlwdG9yX3Jlc3BvbnNlGAQgASgLMiouZ3JwYy5yZWZsZWN0aW9uLnYxLkZpbGVEZXNjcmlw
            dG9yUmVzcG9uc2VIAFIWZmlsZURlc2NyaXB0b3JSZXNwb25zZRJyCh5hbGxfZXh0ZW5zaW9uX251bWJlcnNfcmVzcG9uc2UYBSAB
            KAsyKy5ncnBjLnJlZmxlY3Rpb24udjEuRXh0ZW5zaW9uTnVtYmVyUmVzcG9uc2VIAFIbYWxsRXh0ZW5zaW9uTnVtYmVyc1Jlc3Bv
            bnNlEl8KFmxpc3Rfc2VydmljZXNfcmVzcG9uc2UYBiABKAsyJy5ncnBjLnJlZmxlY3Rpb24udjEuTGlzdFNlcnZpY2VSZXNwb25z
            ZUgAUhRsaXN0U2VydmljZXNSZXNwb25zZRJKCg5lcnJvcl9yZXNwb25zZRgHIAEoCzIhLmdycGMucmVmbGVjdGlvbi52MS5FcnJv
            clJlc3BvbnNlSABSDWVycm9yUmVzcG9uc2VCEgoQbWVzc2FnZV9yZXNwb25zZSJMChZGaWxlRGVzY3JpcHRvclJlc3BvbnNlEjIK
            FWZpbGVfZGVzY3JpcHRvcl9wcm90bxgBIAMoDFITZmlsZURlc2NyaXB0b3JQcm90byJqChdFeHRlbnNpb25OdW1iZXJSZXNwb25z
            ZRIkCg5iYXNlX3R5cGVfbmFtZRgBIAEoCVIMYmFzZVR5cGVOYW1lEikKEGV4dGVuc2lvbl9udW1iZXIYAiADKAVSD2V4dGVuc2lv
            bk51bWJlciJUChNMaXN0U2VydmljZVJlc3BvbnNlEj0KB3NlcnZpY2UYASADKAsyIy5ncnBjLnJlZmxlY3Rpb24udjEuU2Vydmlj
            ZVJlc3BvbnNlUgdzZXJ2aWNlIiUKD1NlcnZpY2VSZXNwb25zZRISCgRuYW1lGAEgASgJUgRuYW1lIlMKDUVycm9yUmVzcG9uc2US
            HQoKZXJyb3JfY29kZRgBIAEoBVIJZXJyb3JDb2RlEiMKDWVycm9yX21lc3NhZ2UYAiABKAlSDGVycm9yTWVzc2FnZTKJAQoQU2Vy
            dmVyUmVmbGVjdGlvbhJ1ChRTZXJ2ZXJSZWZsZWN0aW9uSW5mbxIrLmdycGMucmVmbGVjdGlvbi52MS5TZXJ2ZXJSZWZsZWN0aW9u
            UmVxdWVzdBosLmdycGMucmVmbGVjdGlvbi52MS5TZXJ2ZXJSZWZsZWN0aW9uUmVzcG9uc2UoATABYgZwcm90bzM=
            """),
        "grpc/reflection/v1alpha/reflection.proto": decoded(
            """
            CihncnBjL3JlZmxlY3Rpb24vdjFhbHBoYS9yZWZsZWN0aW9uLnByb3RvEhdncnBjLnJlZmxlY3Rpb24udjFhbHBoYSL4AgoXU2Vy
            dmVyUmVmbGVjdGlvblJlcXVlc3QSEgoEaG9zdBgBIAEoCVIEaG9zdBIqChBmaWxlX2J5X2ZpbGVuYW1lGAMgASgJSABSDmZpbGVC
            eUZpbGVuYW1lEjYKFmZpbGVfY29udGFpbmluZ19zeW1ib2wYBCABKAlIAFIUZmlsZUNvbnRhaW5pbmdTeW1ib2wSZwoZZmlsZV9j
            b250YWluaW5nX2V4dGVuc2lvbhgFIAEoCzIpLmdycGMucmVmbGVjdGlvbi52MWFscGhhLkV4dGVuc2lvblJlcXVlc3RIAFIXZmls
            ZUNvbnRhaW5pbmdFeHRlbnNpb24SQgodYWxsX2V4dGVuc2lvbl9udW1iZXJzX29mX3R5cGUYBiABKAlIAFIZYWxsRXh0ZW5zaW9u
            TnVtYmVyc09mVHlwZRIlCg1saXN0X3NlcnZpY2VzGAcgASgJSABSDGxpc3RTZXJ2aWNlc0IRCg9tZXNzYWdlX3JlcXVlc3QiZgoQ
            RXh0ZW5zaW9uUmVxdWVzdBInCg9jb250YWluaW5nX3R5cGUYASABKAlSDmNvbnRhaW5pbmdUeXBlEikKEGV4dGVuc2lvbl9udW1i
            ZXIYAiABKAVSD2V4dGVuc2lvbk51bWJlciLHBAoYU2VydmVyUmVmbGVjdGlvblJlc3BvbnNlEh0KCnZhbGlkX2hvc3QYASABKAlS
            CXZhbGlkSG9zdBJbChBvcmlnaW5hbF9yZXF1ZXN0GAIgASgLMjAuZ3JwYy5yZWZsZWN0aW9uLnYxYWxwaGEuU2VydmVyUmVmbGVj
            dGlvblJlcXVlc3RSD29yaWdpbmFsUmVxdWVzdBJrChhmaWxlX2Rlc2NyaXB0b3JfcmVzcG9uc2UYBCABKAsyLy5ncnBjLnJlZmxl
            Y3Rpb24udjFhbHBoYS5GaWxlRGVzY3JpcHRvclJlc3BvbnNlSABSFmZpbGVEZXNjcmlwdG9yUmVzcG9uc2USdwoeYWxsX2V4dGVu
            c2lvbl9udW1iZXJzX3Jlc3BvbnNlGAUgASgLMjAuZ3JwYy5yZWZsZWN0aW9uLnYxYWxwaGEuRXh0ZW5zaW9uTnVtYmVyUmVzcG9u
            c2VIAFIbYWxsRXh0ZW5zaW9uTnVtYmVyc1Jlc3BvbnNlEmQKFmxpc3Rfc2VydmljZXNfcmVzcG9uc2UYBiABKAsyLC5ncnBjLnJl
            ZmxlY3Rpb24udjFhbHBoYS5MaXN0U2VydmljZVJlc3BvbnNlSABSFGxpc3RTZXJ2aWNlc1Jlc3BvbnNlEk8KDmVycm9yX3Jlc3Bv
            bnNlGAcgASgLMiYuZ3JwYy5yZWZsZWN0aW9uLnYxYWxwaGEuRXJyb3JSZXNwb25zZUgAUg1lcnJvclJlc3BvbnNlQhIKEG1lc3Nh
            Z2VfcmVzcG9uc2UiTAoWRmlsZURlc2NyaXB0b3JSZXNwb25zZRIyChVmaWxlX2Rlc2NyaXB0b3JfcHJvdG8YASADKAxSE2ZpbGVE
            ZXNjcmlwdG9yUHJvdG8iagoXRXh0ZW5zaW9uTnVtYmVyUmVzcG9uc2USJAoOYmFzZV90eXBlX25hbWUYASABKAlSDGJhc2VUeXBl
            TmFtZRIpChBleHRlbnNpb25fbnVtYmVyGAIgAygFUg9leHRlbnNpb25OdW1iZXIiWQoTTGlzdFNlcnZpY2VSZXNwb25zZRJCCgdz
            ZXJ2aWNlGAEgAygLMiguZ3JwYy5yZWZsZWN0aW9uLnYxYWxwaGEuU2VydmljZVJlc3BvbnNlUgdzZXJ2aWNlIiUKD1NlcnZpY2VS
            ZXNwb25zZRISCgRuYW1lGAEgASgJUgRuYW1lIlMKDUVycm9yUmVzcG9uc2USHQoKZXJyb3JfY29kZRgBIAEoBVIJZXJyb3JDb2Rl
            EiMKDWVycm9yX21lc3NhZ2UYAiABKAlSDGVycm9yTWVzc2FnZTKTAQoQU2VydmVyUmVmbGVjdGlvbhJ/ChRTZXJ2ZXJSZWZsZWN0
            aW9uSW5mbxIwLmdycGMucmVmbGVjdGlvbi52MWFscGhhLlNlcnZlclJlZmxlY3Rpb25SZXF1ZXN0GjEuZ3JwYy5yZWZsZWN0aW9u
            LnYxYWxwaGEuU2VydmVyUmVmbGVjdGlvblJlc3BvbnNlKAEwAWIGcHJvdG8z
            """),
        "snix/castore/v1/rpc_blobstore.proto": decoded(
            """
            CiNzbml4L2Nhc3RvcmUvdjEvcnBjX2Jsb2JzdG9yZS5wcm90bxIPc25peC5jYXN0b3JlLnYxIvYBCg9TdGF0QmxvYlJlcXVlc3QS
            FgoGZGlnZXN0GAEgASgMUgZkaWdlc3QSHwoLc2VuZF9jaHVua3MYAiABKAhSCnNlbmRDaHVua3MSGQoIc2VuZF9iYW8YAyABKAhS
            B3NlbmRCYW8SIQoJYmFvX3NoaWZ0GOkHIAEoDUgAUghiYW9TaGlmdIgBARI6CgpiYW9fZm9ybWF0GOoHIAEoDjIaLnNuaXguY2Fz
            dG9yZS52MS5CYW9Gb3JtYXRSCWJhb0Zvcm1hdBIiCgxpbmxpbmVfbGltaXQY6wcgASgEUgtpbmxpbmVMaW1pdEIMCgpfYmFvX3No
            aWZ0It4CChBTdGF0QmxvYlJlc3BvbnNlEkMKBmNodW5rcxgCIAMoCzIrLnNuaXguY2FzdG9yZS52MS5TdGF0QmxvYlJlc3BvbnNl
            LkNodW5rTWV0YVIGY2h1bmtzEhAKA2JhbxgDIAEoDFIDYmFvEhgKBHNpemUY6QcgASgESABSBHNpemWIAQESIQoJYmFvX3NoaWZ0
            GOoHIAEoDUgBUghiYW9TaGlmdIgBARI6CgpiYW9fZm9ybWF0GOsHIAEoDjIaLnNuaXguY2FzdG9yZS52MS5CYW9Gb3JtYXRSCWJh
            b0Zvcm1hdBIeCgdpbmxpbmVkGOwHIAEoDEgCUgdpbmxpbmVkiAEBGjcKCUNodW5rTWV0YRIWCgZkaWdlc3QYASABKAxSBmRpZ2Vz
            dBISCgRzaXplGAIgASgEUgRzaXplQgcKBV9zaXplQgwKCl9iYW9fc2hpZnRCCgoIX2lubGluZWQiKQoPUmVhZEJsb2JSZXF1ZXN0
            EhYKBmRpZ2VzdBgBIAEoDFIGZGlnZXN0Ih8KCUJsb2JDaHVuaxISCgRkYXRhGAEgASgMUgRkYXRhIikKD1B1dEJsb2JSZXNwb25z
            ZRIWCgZkaWdlc3QYASABKAxSBmRpZ2VzdCp8CglCYW9Gb3JtYXQSGgoWQkFPX0ZPUk1BVF9VTlNQRUNJRklFRBAAEh4KGkJBT19G
            T1JNQVRfUFJFX09SREVSX1BBSVJTEAESGQoVQkFPX0ZPUk1BVF9HUk9VUF9MSVNUEAISGAoUQkFPX0ZPUk1BVF9SVU5fTElTVFMQ
            AzLpAQoLQmxvYlNlcnZpY2USSwoEU3RhdBIgLnNuaXguY2FzdG9yZS52MS5TdGF0QmxvYlJlcXVlc3QaIS5zbml4LmNhc3RvcmUu
            djEuU3RhdEJsb2JSZXNwb25zZRJGCgRSZWFkEiAuc25peC5jYXN0b3JlLnYxLlJlYWRCbG9iUmVxdWVzdBoaLnNuaXguY2FzdG9y
            ZS52MS5CbG9iQ2h1bmswARJFCgNQdXQSGi5zbml4LmNhc3RvcmUudjEuQmxvYkNodW5rGiAuc25peC5jYXN0b3JlLnYxLlB1dEJs
            b2JSZXNwb25zZSgBYgZwcm90bzM=
            """),
        "tvix/castore/v1/rpc_blobstore.proto": decoded(
            """
            CiN0dml4L2Nhc3RvcmUvdjEvcnBjX2Jsb2JzdG9yZS5wcm90bxIPdHZpeC5jYXN0b3JlLnYxIvYBCg9TdGF0QmxvYlJlcXVlc3QS
            FgoGZGlnZXN0GAEgASgMUgZkaWdlc3QSHwoLc2VuZF9jaHVua3MYAiABKAhSCnNlbmRDaHVua3MSGQoIc2VuZF9iYW8YAyABKAhS
            B3NlbmRCYW8SIQoJYmFvX3NoaWZ0GOkHIAEoDUgAUghiYW9TaGlmdIgBARI6CgpiYW9fZm9ybWF0GOoHIAEoDjIaLnR2aXguY2Fz
            dG9yZS52MS5CYW9Gb3JtYXRSCWJhb0Zvcm1hdBIiCgxpbmxpbmVfbGltaXQY6wcgASgEUgtpbmxpbmVMaW1pdEIMCgpfYmFvX3No
            aWZ0It4CChBTdGF0QmxvYlJlc3BvbnNlEkMKBmNodW5rcxgCIAMoCzIrLnR2aXguY2FzdG9yZS52MS5TdGF0QmxvYlJlc3BvbnNl
            LkNodW5rTWV0YVIGY2h1bmtzEhAKA2JhbxgDIAEoDFIDYmFvEhgKBHNpemUY6QcgASgESABSBHNpemWIAQESIQoJYmFvX3NoaWZ0
            GOoHIAEoDUgBUghiYW9TaGlmdIgBARI6CgpiYW9fZm9ybWF0GOsHIAEoDjIaLnR2aXguY2FzdG9yZS52MS5CYW9Gb3JtYXRSCWJh
            b0Zvcm1hdBIeCgdpbmxpbmVkGOwHIAEoDEgCUgdpbmxpbmVkiAEBGjcKCUNodW5rTWV0YRIWCgZkaWdlc3QYASABKAxSBmRpZ2Vz
            dBISCgRzaXplGAIgASgEUgRzaXplQgcKBV9zaXplQgwKCl9iYW9fc2hpZnRCCgoIX2lubGluZWQiKQoPUmVhZEJsb2JSZXF1ZXN0
            EhYKBmRpZ2VzdBgBIAEoDFIGZGlnZXN0Ih8KCUJsb2JDaHVuaxISCgRkYXRhGAEgASgMUgRkYXRhIikKD1B1dEJsb2JSZXNwb25z
            ZRIWCgZkaWdlc3QYASABKAxSBmRpZ2VzdCp8CglCYW9Gb3JtYXQSGgoWQkFPX0ZPUk1BVF9VTlNQRUNJRklFRBAAEh4KGkJBT19G
            T1JNQVRfUFJFX09SREVSX1BBSVJTEAESGQoVQkFPX0ZPUk1BVF9HUk9VUF9MSVNUEAISGAoUQkFPX0ZPUk1BVF9SVU5fTElTVFMQ
            AzLpAQoLQmxvYlNlcnZpY2USSwoEU3RhdBIgLnR2aXguY2FzdG9yZS52MS5TdGF0QmxvYlJlcXVlc3QaIS50dml4LmNhc3RvcmUu
            djEuU3RhdEJsb2JSZXNwb25zZRJGCgRSZWFkEiAudHZpeC5jYXN0b3JlLnYxLlJlYWRCbG9iUmVxdWVzdBoaLnR2aXguY2FzdG9y
            ZS52MS5CbG9iQ2h1bmswARJFCgNQdXQSGi50dml4LmNhc3RvcmUudjEuQmxvYkNodW5rGiAudHZpeC5jYXN0b3JlLnYxLlB1dEJs
            b2JSZXNwb25zZSgBYgZwcm90bzM=
            """),
    ]

    private static func decoded(_ text: String) -> Data {
        Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data()
    }
}
