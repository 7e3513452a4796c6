package io.aetherkeep.router.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.access.identity.ApiKey;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Scope;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** API keys: created, stored as digests, found by key. */
class ApiKeysTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir Path directory;

  private static ApiKey.Fresh fresh(Instant expires) {
    return ApiKey.make("ci", List.of("council"), List.of(Scope.READ), NOW, expires);
  }

  private static Code refusal(ApiKeys keys, String key, Instant at) {
    return assertThrows(Failure.class, () -> keys.identify(key, at), key).code();
  }

  @Test
  void aKey_isKnownByItsDigestAlone() throws Exception {
    ApiKey.Fresh made = fresh(null);
    ApiKey.Fresh other = fresh(null);
    assertTrue(made.key().matches("aek_[0-9a-f]{10}_[A-Za-z0-9_-]{43}"), made.key());
    assertNotEquals(made.key(), other.key());
    Path file = directory.resolve("keys.json");
    new KeyFile(List.of(made.stored())).with(other.stored()).write(file);
    String text = Files.readString(file);
    assertFalse(text.contains(made.key().substring(15)), text);
    ApiKeys keys = ApiKeys.of(KeyFile.read(Files.readAllBytes(file)));
    Caller caller = keys.identify(made.key(), NOW);
    assertEquals(Set.of("council"), caller.spaces());
    assertEquals(Set.of(Scope.READ), caller.scopes());
    assertFalse(caller.isEndUser());
  }

  @Test
  void aFile_isForNobodyElse_andLeavesNothingBeside() throws Exception {
    Path file = directory.resolve("keys.json");
    new KeyFile(List.of()).write(file);
    new KeyFile(List.of(fresh(null).stored())).write(file);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    try (Stream<Path> all = Files.list(directory)) {
      assertEquals(List.of(file), all.toList());
    }
  }

  @Test
  void aRewrittenFile_staysReadableForTheSameUsers() throws Exception {
    Path file = directory.resolve("keys.json");
    new KeyFile(List.of()).write(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    new KeyFile(List.of(fresh(null).stored())).write(file);
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void aRewrittenFile_keepsItsOwner() throws Exception {
    Path file = directory.resolve("keys.json");
    new KeyFile(List.of()).write(file);
    assumeTrue("root".equals(Files.getOwner(file).getName()), "only root can set owners");
    UserPrincipal other =
        file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    Files.setOwner(file, other);
    new KeyFile(List.of(fresh(null).stored())).write(file);
    assertEquals(other, Files.getOwner(file));
  }

  @Test
  void aLink_staysOne_andItsTargetChanges() throws Exception {
    Path target = Files.createDirectory(directory.resolve("mounted")).resolve("keys.json");
    new KeyFile(List.of()).write(target);
    Path link = Files.createSymbolicLink(directory.resolve("keys.json"), target);
    new KeyFile(List.of(fresh(null).stored())).write(link);
    assertTrue(Files.isSymbolicLink(link));
    assertEquals(1, KeyFile.read(Files.readAllBytes(target)).keys().size());
  }

  @Test
  void anything_butTheWholeKeyIsNobodys() {
    ApiKey.Fresh made = fresh(null);
    ApiKeys keys = ApiKeys.of(new KeyFile(List.of(made.stored())));
    String key = made.key();
    for (String other :
        List.of(
            "",
            "aek_",
            "aek__",
            key.substring(1),
            key.substring(0, key.length() - 1),
            key + "A",
            key.toUpperCase(java.util.Locale.ROOT),
            fresh(null).key(),
            "aek_" + made.stored().id() + "_",
            made.stored().sha256(),
            "aek_" + made.stored().id() + "_" + made.stored().sha256())) {
      assertEquals(Code.BAD_CREDENTIALS, refusal(keys, other, NOW), other);
    }
    assertEquals(Code.BAD_CREDENTIALS, refusal(ApiKeys.NONE, key, NOW));
    ApiKeys after = ApiKeys.of(new KeyFile(List.of(made.stored())).without(made.stored().id()));
    assertEquals(Code.BAD_CREDENTIALS, refusal(after, key, NOW));
  }

  @Test
  void anEnd_isOne() {
    ApiKey.Fresh made = fresh(NOW.plusSeconds(10));
    ApiKeys keys = ApiKeys.of(new KeyFile(List.of(made.stored())));
    keys.identify(made.key(), NOW.plusSeconds(9));
    assertEquals(Code.EXPIRED_CREDENTIALS, refusal(keys, made.key(), NOW.plusSeconds(10)));
    // A caller without the key does not learn that it has expired.
    assertEquals(Code.BAD_CREDENTIALS, refusal(keys, made.key() + "x", NOW.plusSeconds(10)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"keys\": [{}]}",
        "{\"keys\": [{\"id\": \"a\"}]}",
        "{\"keys\": [], \"x\": 1}",
        "{\"keys\":[{\"id\":\"a\",\"name\":\"n\",\"sha256\":\"ab\",\"spaces\":[],\"scopes\":[]}]}",
        "{\"keys\":[{\"id\":\"a\",\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\","
            + "\"spaces\":[],\"scopes\":[],\"expires\":\"soon\"}]}"
      })
  void aFileThatIsNone_isRefused(String json) {
    assertThrows(Failure.class, () -> KeyFile.read(json.getBytes(StandardCharsets.UTF_8)));
  }
}
