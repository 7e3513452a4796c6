package io.aetherkeep.router.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aetherkeep.bus.Code;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.access.identity.Need.Reach;
import io.aetherkeep.router.access.identity.Scope;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Permissions of each kind of caller. */
class AccessTest {

  private static final Caller ALICE =
      caller(Set.of("aethercast"), EnumSet.allOf(Scope.class), "s1");
  private static final Caller SERVICE =
      caller(Set.of("aethercast", "council"), EnumSet.allOf(Scope.class), null);
  private static final Caller EVERYWHERE =
      caller(Set.of(Caller.EVERY_SPACE), EnumSet.allOf(Scope.class), null);

  private static Caller caller(Set<String> spaces, Set<Scope> scopes, String session) {
    return new Caller("c", spaces, scopes, session, null, null, null);
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void aScope_includesNoOther(Scope had) {
    Caller reader = caller(Set.of("aethercast"), EnumSet.of(had), null);
    for (Scope needed : Scope.values()) {
      assertEquals(
          had == needed ? null : Code.MISSING_SCOPE,
          Access.refusal(reader, new Need(Reach.SPACE, needed), "aethercast", null));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "aethercast, ",
    "council, ",
    "content, OTHER_SPACE",
    "'', OTHER_SPACE",
    "*, OTHER_SPACE",
    "Aethercast, OTHER_SPACE",
    "aethercast/../content, OTHER_SPACE",
    "nowhere, OTHER_SPACE"
  })
  void aSpace_isReachedByItsNameAlone(String space, Code refusal) {
    assertEquals(refusal, Access.refusal(SERVICE, Need.READ, space, null));
    assertEquals(refusal, Access.refusal(SERVICE, Need.WATCH, space, null));
    assertEquals(refusal, Access.refusal(SERVICE, Need.READ_SESSION, space, "s1"));
  }

  @Test
  void whatBelongsToAll_isForThoseOfAllSpaces() {
    assertEquals(Code.OTHER_SPACE, Access.refusal(SERVICE, Need.READ_NODE, null, null));
    assertNull(Access.refusal(EVERYWHERE, Need.READ_NODE, null, null));
    assertNull(Access.refusal(EVERYWHERE, Need.WRITE, "anything", null));
    Caller user = caller(Set.of(Caller.EVERY_SPACE), EnumSet.allOf(Scope.class), "s1");
    assertEquals(Code.OTHER_SESSION, Access.refusal(user, Need.ADMIN_NODE, null, null));
  }

  @Test
  void anEndUser_reachesOneSessionAndWhatIsWatched() {
    assertNull(Access.refusal(ALICE, Need.WRITE_SESSION, "aethercast", "s1"));
    assertNull(Access.refusal(ALICE, Need.WATCH, "aethercast", null));
    assertEquals(Code.OTHER_SESSION, Access.refusal(ALICE, Need.READ_SESSION, "aethercast", "s2"));
    assertEquals(Code.OTHER_SESSION, Access.refusal(ALICE, Need.READ_SESSION, "aethercast", null));
    assertEquals(Code.OTHER_SPACE, Access.refusal(ALICE, Need.READ_SESSION, "council", "s1"));
    for (Need need : new Need[] {Need.READ, Need.WRITE, Need.ADMIN}) {
      assertEquals(Code.OTHER_SESSION, Access.refusal(ALICE, need, "aethercast", "s1"));
    }
  }

  @Test
  void anybody_mayDoAll() {
    for (Need need :
        new Need[] {Need.NOTHING, Need.READ, Need.ADMIN, Need.WRITE_SESSION, Need.ADMIN_NODE}) {
      assertNull(Access.refusal(Caller.ANYBODY, need, "council", "s1"));
    }
  }
}
