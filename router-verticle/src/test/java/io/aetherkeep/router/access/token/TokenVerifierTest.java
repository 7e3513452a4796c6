package io.aetherkeep.router.access.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Scope;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verification of tokens. */
class TokenVerifierTest {

  private static final Vertx VERTX = Vertx.vertx();
  private static final AccessSettings SETTINGS =
      new AccessSettings(
          null,
          null,
          "https://issuer.example",
          "aetherkeep",
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          AccessSettings.OPEN.keyRate(),
          AccessSettings.OPEN.addressRate(),
          AccessSettings.Cookies.OFF);
  private static final String OURS = "\"iss\":\"https://issuer.example\",\"aud\":\"aetherkeep\"";
  private static final Issuer HS = Issuer.hs256(VERTX, "h1");

  private final Instant now = Instant.now();

  @AfterAll
  static void close() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  private static TokenVerifier by(Issuer... issuers) {
    JsonArray keys = new JsonArray();
    Stream.of(issuers).map(Issuer::published).forEach(keys::add);
    return new TokenVerifier(VERTX, read(new JsonObject().put("keys", keys).encode()), SETTINGS);
  }

  private static TokenKeys read(String jwks) {
    return TokenKeys.read(jwks.getBytes(StandardCharsets.UTF_8));
  }

  private void refused(Code code, String token) {
    TokenVerifier tokens = by(HS);
    assertEquals(
        code, assertThrows(Failure.class, () -> tokens.identify(token, now), token).code(), token);
  }

  @Test
  void eachAlgorithm_isChecked_andKeysAreKnownByName() throws Exception {
    Issuer rs = Issuer.rs256(VERTX, "r1", 2048);
    Issuer es = Issuer.es256(VERTX, "e1");
    Issuer next = Issuer.es256(VERTX, "e2");
    TokenVerifier tokens = by(HS, rs, es, next);
    for (Issuer issuer : List.of(HS, rs, es, next)) {
      String token =
          issuer.token(
              "{%s,\"sub\":\"u\",\"space\":\"council\",\"scope\":\"read x\"}".formatted(OURS));
      Caller caller = tokens.identify(token, now);
      assertEquals(Set.of("council"), caller.spaces());
      assertEquals(EnumSet.of(Scope.READ), caller.scopes());
      assertEquals(caller, tokens.identify(token, now));
    }
    String stranger = Issuer.es256(VERTX, "e1").token("{" + OURS + ",\"space\":\"council\"}");
    assertThrows(Failure.class, () -> tokens.identify(stranger, now));
  }

  @Test
  void claims_becomeACaller() {
    String token =
        HS.token(
            "{%s,\"space\":[\"a\",\"b\"],\"scope\":[\"write\",\"admin\"],\"session\":\"s1\"}"
                .formatted(OURS));
    Caller caller = by(HS).identify(token, now);
    assertEquals(Set.of("a", "b"), caller.spaces());
    assertEquals(EnumSet.of(Scope.WRITE, Scope.ADMIN), caller.scopes());
    assertEquals("s1", caller.session());
  }

  @Test
  void whoIsBoundToASession_mayReadAndWriteItWhereNothingElseIsSaid() {
    TokenVerifier tokens = by(HS);
    String user = HS.token("{" + OURS + ",\"space\":\"a\",\"session\":\"s1\"}");
    assertEquals(EnumSet.of(Scope.READ, Scope.WRITE), tokens.identify(user, now).scopes());
    String none = HS.token("{" + OURS + ",\"space\":\"a\"}");
    assertEquals(Set.of(), tokens.identify(none, now).scopes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "18446744073709551617",
        "36893488147419103232000000600",
        "1e300",
        "253402300800",
        "-1e40",
        "\"soon\"",
        "true"
      })
  void time_thatNoClockShows_isNone(String time) {
    refused(Code.BAD_CREDENTIALS, HS.token("{%s,\"exp\":%s}".formatted(OURS, time)));
    refused(Code.BAD_CREDENTIALS, HS.token("{%s,\"nbf\":%s}".formatted(OURS, time)));
  }

  @Test
  void time_mayHaveAFraction() {
    double end = now.getEpochSecond() + 60.5;
    assertEquals(
        now.getEpochSecond() + 60,
        by(HS)
            .identify(HS.token("{%s,\"exp\":%f}".formatted(OURS, end)), now)
            .expires()
            .getEpochSecond());
  }

  /** An unknown critical header makes a token invalid (RFC 7515); RFC 7797 is unknown. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"crit\":[\"exp\"],\"exp\":1",
        "\"crit\":[]",
        "\"crit\":[\"b64\"],\"b64\":false",
        "\"b64\":false",
        "\"b64\":true",
        "\"crit\":null"
      })
  void headerThatAsksForMore_isRefused(String fields) throws Exception {
    refused(
        Code.BAD_CREDENTIALS, HS.signed("{\"alg\":\"HS256\",\"kid\":\"h1\"," + fields + "}", OURS));
    by(HS).identify(HS.signed("{\"alg\":\"HS256\",\"kid\":\"h1\"}", OURS), now);
  }

  @Test
  void author_isTheSubject() {
    TokenVerifier tokens = by(HS);
    assertEquals(
        "ann", tokens.identify(HS.token("{%s,\"sub\":\"ann\"}".formatted(OURS)), now).author());
    assertEquals("token", tokens.identify(HS.token("{" + OURS + "}"), now).author());
  }

  @Test
  void time_isCheckedEachTime_withLeeway() {
    TokenVerifier tokens = by(HS);
    long second = now.getEpochSecond();
    String token = HS.token("{%s,\"exp\":%d,\"nbf\":%d}".formatted(OURS, second + 10, second + 20));
    tokens.identify(token, now);
    tokens.identify(token, now.plusSeconds(39));
    Failure late = assertThrows(Failure.class, () -> tokens.identify(token, now.plusSeconds(41)));
    assertEquals(Code.EXPIRED_CREDENTIALS, late.code());
    String early = HS.token("{%s,\"nbf\":%d}".formatted(OURS, second + 40));
    assertEquals(
        Code.BAD_CREDENTIALS,
        assertThrows(Failure.class, () -> tokens.identify(early, now)).code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"iss\":\"https://issuer.example\"}",
        "{\"aud\":\"aetherkeep\"}",
        "{\"iss\":\"https://other.example\",\"aud\":\"aetherkeep\"}",
        "{\"iss\":[\"https://issuer.example\"],\"aud\":\"aetherkeep\"}",
        "{\"iss\":\"https://issuer.example\",\"aud\":\"other\"}",
        "{\"iss\":\"https://issuer.example\",\"aud\":7}",
        "{\"iss\":\"https://issuer.example\",\"aud\":[7]}",
        "{\"iss\":\"https://issuer.example\",\"aud\":\"aetherkeep\",\"exp\":null}",
        "{\"iss\":\"https://issuer.example\",\"aud\":\"aetherkeep\",\"exp\":\"soon\"}",
        "{\"iss\":\"https://issuer.example\",\"aud\":\"aetherkeep\",\"space\":7}",
        "{\"iss\":\"https://issuer.example\",\"aud\":\"aetherkeep\",\"space\":{}}",
        "{\"iss\":\"https://issuer.example\",\"aud\":\"aetherkeep\",\"scope\":true}",
        "{\"iss\":\"https://issuer.example\",\"aud\":\"aetherkeep\",\"session\":\"\"}",
        "{\"iss\":\"https://issuer.example\",\"aud\":\"aetherkeep\",\"session\":7}",
        "{\"iss\":\"https://issuer.example\",\"aud\":\"aetherkeep\",\"session\":null}"
      })
  void claimsThatAreNotAsAgreed_areNobodys(String claims) {
    refused(Code.BAD_CREDENTIALS, HS.token(claims));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "...", "a.b.c", "e30.e30.", "e30.e30.e30", "bnVsbA.bnVsbA.x"})
  void junk_isNobodys(String token) {
    refused(Code.BAD_CREDENTIALS, token);
  }

  /** Well-known attacks on signatures. */
  @Test
  void unsignedOrOtherwiseSigned_isNobodys() throws Exception {
    String payload =
        url("{" + OURS + ",\"space\":\"a\",\"exp\":" + (now.getEpochSecond() + 60) + "}");
    for (String algorithm : List.of("none", "None", "HS384", "HS512", "RS256", "", "hs256")) {
      String head = url("{\"alg\":\"" + algorithm + "\"}");
      refused(Code.BAD_CREDENTIALS, head + "." + payload);
      refused(Code.BAD_CREDENTIALS, head + "." + payload + ".");
      refused(Code.BAD_CREDENTIALS, head + "." + payload + "." + url("x"));
    }
    String good = HS.token("{" + OURS + ",\"space\":\"a\"}");
    String[] parts = good.split("\\.", -1);
    refused(Code.BAD_CREDENTIALS, parts[0] + "." + payload + "." + parts[2]);
    refused(Code.BAD_CREDENTIALS, good + "." + parts[2]);
  }

  /** A public key must not be accepted as the secret of an HMAC. */
  @Test
  void aPublicKey_isNoSecret() throws Exception {
    JsonObject rsa = Issuer.rs256(VERTX, "r1", 2048).published();
    assertThrows(
        IllegalArgumentException.class,
        () ->
            read(
                new JsonObject()
                    .put("keys", new JsonArray().add(rsa.put("alg", "HS256")))
                    .encode()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"keys\":[]}",
        "{\"keys\":[7]}",
        "{\"keys\":[{}]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2hvcnQ\"}]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":7}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"AA\",\"y\":\"AA\"}]}"
      })
  void aFileWithoutAGoodKey_isNoSuchFile(String jwks) {
    assertThrows(IllegalArgumentException.class, () -> read(jwks));
  }

  @Test
  void anRsaKeyThatIsShort_isNone() throws Exception {
    JsonObject weak = Issuer.rs256(VERTX, "r1", 1024).published();
    assertThrows(
        IllegalArgumentException.class,
        () -> read(new JsonObject().put("keys", new JsonArray().add(weak)).encode()));
  }

  private static String url(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
