// Published keys and signatures, for the tests of this folder. Private keys are in PKCS #8, in base64url.
#pragma once

#include <string_view>

namespace dwarpal::crypto::vectors {

/// RFC 7515 A.2.
constexpr std::string_view kRs256PublicJwk =
    R"({"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2m)"
    "JPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbB"
    "YUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9i"
    R"(aGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"})";
constexpr std::string_view kRs256Pkcs8 =
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh-BYK4uPJtGXOjS1lYmM2K5J9vinh8CR3_BYlzJChNuOL2TSXxbbqY9"
    "13EeZ8dCn5VrD7io8ImtxLaYk8wTM_U-3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNnjuygxmj3AbONv_s4yDQs"
    "4v5tJ_reSlpIdJed1LnPmt7Ex1sFhSwsD174pcF1A5L5ROjtZMEQxrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGU"
    "kftoaHLFcW9Qr4NY2ai50Xw0Byj3-H2JoY2PyrZ62EWQwuz3WTOTY8BwNNb2BvniHgVFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBX"
    "Hx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2b"
    "KVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYT"
    "CBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOo"
    "pznQKBgQDgHMQQ60imZV1URk0KpLttoLhyt3SmqdEf_kgHePDdtzEafpAu-cS191R2JiuoF2yzWXnwFDcqGigp5BNr0AHQfD8_Lk8l1Mk0"
    "9jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqElMGAg-C2V0L4oNXnP7LZcPAZRwKBgQC5A8R-CZW2MvRTLLHzwZkUXV866c"
    "ff7tx6kqa0finGG0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsLq6XtON4tB5kP9jAPrq3rbAOal78eUH5OcED6eNuCV8ixEu1eWcPN"
    "CS_l1OW1EnXUEoEHKl54Xrrz2uNwkgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp1vsM5fggqPN1qGb5y0MAk3g7_Ls5bkUp5u9SN0Ai3Ya6hN"
    "nvWJMb7sXQX6U_zyO2M_hTip7tUeh7CXgwo59dkpN75gJLVds29-DAncu3KXU4f2Fa-7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKN"
    "AoGBAIf_evpitUf-4JYbLpvNXWcY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcGyoAe9fa65iNqCq-jdw6PVNGo2hxfjSiZ8I"
    "IzHdsPXI89__pMjZcQK9r-CCoRjaZjOYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQ"
    "Jipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawB"
    "gfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U";
constexpr std::string_view kRs256Token =
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
    "cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJ"
    "dbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcO"
    "Ln6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB"
    "p0igcN_IoypGlUPQGe77Rw";

/// RFC 7515 A.3.
constexpr std::string_view kEs256PublicJwk =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr std::string_view kEs256Token =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
    "cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

/// RFC 8037 A.1 to A.5.
constexpr std::string_view kEddsaPublicJwk =
    R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
constexpr std::string_view kEddsaThumbprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
constexpr std::string_view kEddsaPkcs8 = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v_VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";
constexpr std::string_view kEddsaToken =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR"
    "4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

/// Made for these tests: an RSA key of 1024 bits, and one on P-384.
constexpr std::string_view kWeakRsaPkcs8 =
    "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBALCh0Lb6kA8wSkpNSMdlPgZgga-sx4xILHIjv6GHfVeS81Lku58W2dZ3m6"
    "1FCsdcs1xcL0kg3071OaTU3LN30IInGydSA4pD2SG-BXxIiuVvdpUJu1A1kQME10YmlpXSOSy6w_DCNL4-9s1pjWZyrwbG79kOFEry5R8d"
    "Z2S-Qq83AgMBAAECgYAjvYprDAZMXHwbzsmUN0M2rR5wuqhiFVSQ__TNrYnKR5zewBPK3CfWArvIcrj8oCBW5vxWcsVcx7gTR1MlKXBSHz"
    "Hj7rl45ugNUPj3FpusrewOyCwL6FW4entL6MrFMga4WArIqY0rJ1GY4Jx8dw7K5VZaUNqbsX4QTHQpljkRGQJBAOtXMAHR3HKn33z1AuO1"
    "NWIYuJgU54sgF_AbwEEzEDymauqvaf0itxd4c2ZxNgP3GTqEU_B2NCfbU1c3JUfBuQMCQQDAI0VjlmYhotfxSrIyVo9-METgymkfKiaX83"
    "raHviRMVaZVFqEU1xgD6x_Slhm7wZGflRZE9tLQ9R9a4gtJwi9AkBej4jVolpeo39UOSpxDlWl1eMOEJA8wad8rdnhGMB0bjXVmKgQs0s4"
    "HgjYZ7LZgwbbEWKc4xHv1du11o2fOIK7AkEAvDuRxj_Y7MkJf4WrUC-HQpvtTsBd_j8gMitBxyEiabQJYAvI5ex5Ck8wsj_WnXk8D6HB5s"
    "bSR0k7imfnsDyWjQJAOLVHduxQJ4YianRu6bDfHrPAsOihKuL9Vlbt19KZLyx5ZBvp7IX2GvwyN1dqPDCEajBVfDvWlSoWb-AwTZ9_qA";
constexpr std::string_view kP384Pkcs8 =
    "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDDa45Q8QZAGKg8Z1SbaBF10DLaJxirW0XVYxuACFKj2y9GHVc1oZfS2dM1-EQ"
    "ocZC-hZANiAAS2XwEexXZNInxIhwLU0ameov3OH1gHlelcnfMmsHlOr5VlmeFVZjVAP8ECBzpO8eKT_hbd1XOmvVmyxR5RgsKMtcIjrAAt"
    "GnBh4DTax219iprDgtBJG1h1TAm_78_pc_Q";

}  // namespace dwarpal::crypto::vectors
