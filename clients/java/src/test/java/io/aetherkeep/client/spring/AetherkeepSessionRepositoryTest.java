package io.aetherkeep.client.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.client.AetherkeepClient;
import io.aetherkeep.client.ClientOptions;
import io.aetherkeep.junit5.AetherkeepExtension;
import io.aetherkeep.junit5.AetherkeepNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.session.FindByIndexNameSessionRepository;

@ExtendWith(AetherkeepExtension.class)
class AetherkeepSessionRepositoryTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String USER = FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME;

  private static AetherkeepSessionRepository repository(AetherkeepNode node, String space) {
    return new AetherkeepSessionRepository(
        AetherkeepClient.of(new ClientOptions(node.url(), space).withDeadline(PATIENCE)));
  }

  private static AetherkeepSession find(AetherkeepSessionRepository repository, String id) {
    return Objects.requireNonNull(repository.findById(id));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aethercast", "content"})
  void attributes_areThereForTheNextServer(String space, AetherkeepNode node) {
    AetherkeepSessionRepository one = repository(node, space);
    AetherkeepSession session = one.createSession();
    session.setAttribute("cart", Map.of("items", List.of("a", "b"), "total", 12.5));
    session.setAttribute("visits", 1);
    one.save(session);

    AetherkeepSession elsewhere = find(repository(node, space), session.getId());
    assertEquals(Set.of("cart", "visits"), elsewhere.getAttributeNames());
    assertEquals(Map.of("items", List.of("a", "b"), "total", 12.5), elsewhere.getAttribute("cart"));
    assertEquals(Duration.ofMinutes(30), elsewhere.getMaxInactiveInterval());
    assertEquals(false, elsewhere.isExpired());
  }

  @ParameterizedTest
  @ValueSource(strings = {"aethercast", "content"})
  void requestsAtOnce_keepEachOthersAttributes(String space, AetherkeepNode node) {
    AetherkeepSessionRepository repository = repository(node, space);
    AetherkeepSession opened = repository.createSession();
    opened.setAttribute("old", "x");
    repository.save(opened);
    AetherkeepSession left = find(repository, opened.getId());
    AetherkeepSession right = find(repository, opened.getId());
    left.setAttribute("left", 1);
    left.removeAttribute("old");
    right.setAttribute("right", 2);
    repository.save(left);
    repository.save(right);
    assertEquals(Set.of("left", "right"), find(repository, opened.getId()).getAttributeNames());
  }

  @ParameterizedTest
  @ValueSource(strings = {"aethercast", "content"})
  void unchangedFields_areNotWrittenBack(String space, AetherkeepNode node) {
    AetherkeepSessionRepository repository = repository(node, space);
    AetherkeepSession opened = repository.createSession();
    opened.setAttribute(USER, "old-" + space);
    opened.setAttribute("cart", Map.of("a", 1, "b", 1));
    opened.setAttribute("visits", 1L);
    repository.save(opened);
    AetherkeepSession left = find(repository, opened.getId());
    AetherkeepSession right = find(repository, opened.getId());
    right.setAttribute(USER, "new-" + space);
    right.setAttribute("cart", Map.of("a", 1, "b", 2));
    repository.save(right);
    left.setAttribute(USER, "old-" + space);
    left.setAttribute("cart", Map.of("a", 2, "b", 1));
    repository.save(left);
    assertEquals(Set.of(), repository.findByPrincipalName("old-" + space).keySet());
    assertEquals(
        Map.of("a", 2, "b", 2),
        Objects.requireNonNull(repository.findByPrincipalName("new-" + space).get(opened.getId()))
            .getAttribute("cart"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aethercast", "content"})
  void aSaveWithoutChanges_writesNothing(String space, AetherkeepNode node) {
    AetherkeepSessionRepository repository = repository(node, space);
    AetherkeepSession opened = repository.createSession();
    opened.setAttribute("cart", Map.of("a", 1));
    opened.setAttribute("visits", 1L);
    repository.save(opened);
    AetherkeepSession read = find(repository, opened.getId());
    read.setAttribute("cart", Map.of("a", 1));
    read.setAttribute("visits", 1L);
    read.removeAttribute("absent");
    repository.deleteById(opened.getId());
    repository.save(read); // A write would fail.
  }

  @ParameterizedTest
  @ValueSource(strings = {"aethercast", "content"})
  void aSessionWithoutItsUser_isNoLongerFoundByThem(String space, AetherkeepNode node) {
    AetherkeepSessionRepository repository = repository(node, space);
    AetherkeepSession session = repository.createSession();
    session.setAttribute(USER, "gone-" + space);
    repository.save(session);
    session.removeAttribute(USER);
    repository.save(session);
    assertEquals(Map.of(), repository.findByPrincipalName("gone-" + space));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aethercast", "content"})
  void aReplacedMap_keepsNothingOfTheOldOne(String space, AetherkeepNode node) {
    AetherkeepSessionRepository repository = repository(node, space);
    AetherkeepSession opened = repository.createSession();
    opened.setAttribute("cart", Map.of("a", 1, "more", Map.of("x", 1, "y", 1)));
    repository.save(opened);
    AetherkeepSession read = find(repository, opened.getId());
    for (Map<String, ?> cart : List.of(Map.of("more", Map.of("y", 2, "z", 1)), Map.of("b", 2))) {
      read.setAttribute("cart", cart);
      repository.save(read);
      assertEquals(cart, find(repository, opened.getId()).getAttribute("cart"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"aethercast", "content"})
  void login_changesTheId_andIsFoundByItsUser(String space, AetherkeepNode node) {
    AetherkeepSessionRepository repository = repository(node, space);
    AetherkeepSession session = repository.createSession();
    repository.save(session);
    String before = session.getId();
    AetherkeepSession loggedIn = find(repository, before);
    assertNotEquals(before, loggedIn.changeSessionId());
    loggedIn.setAttribute(USER, "ann-" + space);
    repository.save(loggedIn);
    assertNull(repository.findById(before));
    assertEquals(Set.of(loggedIn.getId()), repository.findByPrincipalName("ann-" + space).keySet());
    assertEquals(Map.of(), repository.findByIndexNameAndIndexValue("other", "x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aethercast", "content"})
  void logout_isFinal_alsoForARequestInProgress(String space, AetherkeepNode node) {
    AetherkeepSessionRepository repository = repository(node, space);
    AetherkeepSession session = repository.createSession();
    repository.save(session);
    AetherkeepSession underWay = find(repository, session.getId());
    repository.deleteById(session.getId());
    underWay.setAttribute("late", true);
    assertThrows(IllegalStateException.class, () -> repository.save(underWay));
    assertNull(repository.findById(session.getId()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aethercast", "content"})
  void lifetime_isTheSessionsOwn(String space, AetherkeepNode node) {
    AetherkeepSessionRepository repository = repository(node, space);
    AetherkeepSession session = repository.createSession();
    repository.save(session);
    AetherkeepSession longer = find(repository, session.getId());
    longer.setMaxInactiveInterval(Duration.ofHours(8));
    repository.save(longer);
    assertEquals(Duration.ofHours(8), find(repository, session.getId()).getMaxInactiveInterval());
  }

  @ParameterizedTest
  @ValueSource(strings = "content")
  void objectOfAnotherClass_isRefused(String space, AetherkeepNode node) {
    AetherkeepSessionRepository repository = repository(node, space);
    AetherkeepSession session = repository.createSession();
    session.setAttribute("thread", Thread.currentThread());
    IllegalArgumentException thrown =
        assertThrows(IllegalArgumentException.class, () -> repository.save(session));
    assertTrue(thrown.getMessage().contains("AttributeCodec"), thrown.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = "content")
  void aNullInAList_isStored(String space, AetherkeepNode node) {
    AetherkeepSessionRepository repository = repository(node, space);
    AetherkeepSession session = repository.createSession();
    session.setAttribute("answers", Arrays.asList("a", null));
    repository.save(session);
    assertEquals(
        Arrays.asList("a", null), find(repository, session.getId()).getAttribute("answers"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\0b", "a/b", "é", "", ".", "..", "%", "self"})
  void textThatIsNoId_isNoSession(String id, AetherkeepNode node) {
    AetherkeepSessionRepository repository = repository(node, "content");
    assertNull(repository.findById(id));
    repository.deleteById(id);
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 5_000, 100_000})
  void textThatIsTooLong_isNoSession(int length, AetherkeepNode node) {
    AetherkeepSessionRepository repository = repository(node, "content");
    assertNull(repository.findById("a".repeat(length)));
    repository.deleteById("a".repeat(length));
  }
}
