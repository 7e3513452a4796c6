package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.PublishedContract.Operation;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.access.identity.Scope;
import io.vertx.core.json.JsonArray;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every route of the contract, with every kind of caller. */
final class EveryRouteTest {

  private static final KnownCallers CALLERS = KnownCallers.fresh();
  private static final String RIGHT = CALLERS.key("aethercast");
  private static final String OF_ALL_SPACES = CALLERS.key("*");
  private static final String OF_ANOTHER_SPACE = CALLERS.key("council");
  private static final String EXPIRED = CALLERS.expiredKey("*");
  private static final String READ_ONLY = CALLERS.key("*", Scope.READ);
  private static final String OVER =
      "{\"space\":\"*\",\"scope\":\"read write admin\",\"exp\":1000}";

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.with(CALLERS::settings);

  static List<Operation> operations() {
    return PublishedContract.read().operations().filter(each -> !needsAToken(each)).toList();
  }

  static List<Operation> operationsByToken() {
    return PublishedContract.read().operations().filter(EveryRouteTest::needsAToken).toList();
  }

  private static String reach(Operation operation) {
    return operation.content().getString("x-reach");
  }

  private static boolean isGuarded(Operation operation) {
    return !reach(operation).equals("anybody");
  }

  private static boolean needsAToken(Operation operation) {
    return reach(operation).equals("token");
  }

  private static HttpResponse<String> send(Operation operation, String... headers)
      throws Exception {
    String address =
        operation
            .path()
            .replace("{space}", "aethercast")
            .replace("/sessions/{id}", "/sessions/s1")
            .replace("{kind}", "podcast")
            .replace("{keyspace}", "topic")
            .replaceAll("\\{[a-zA-Z]+}", "x");
    var request = ROUTER.to(address).method(operation.method(), BodyPublishers.noBody());
    return ROUTER.send(headers.length == 0 ? request : request.headers(headers));
  }

  private static HttpResponse<String> sendAs(String credential, Operation operation)
      throws Exception {
    return send(operation, "Authorization", "Bearer " + credential);
  }

  private static void refused(int status, String code, HttpResponse<String> answer)
      throws Exception {
    ProblemDocument.in(answer).is(status, code);
    assertTrue(ROUTER.neighbour().wasAskedNothing(), code);
    assertEquals(
        status == 401,
        answer.headers().firstValue("WWW-Authenticate").orElse("").matches("Bearer.*"));
  }

  /** Asserts that access was granted; the request may fail otherwise. */
  private static void admitted(HttpResponse<String> answer) {
    assertFalse(answer.statusCode() == 401 || answer.statusCode() == 403, answer::body);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void noCredential(Operation operation) throws Exception {
    HttpResponse<String> answer = send(operation);
    if (isGuarded(operation)) {
      refused(401, "no-credentials", answer);
    } else {
      admitted(answer);
    }
  }

  /** The operation checks the token, so that no credential is looked for. */
  @ParameterizedTest
  @MethodSource("operationsByToken")
  void aTokenOfItsOwn(Operation operation) throws Exception {
    refused(401, "no-credentials", send(operation));
    refused(401, "no-credentials", send(operation, "X-API-Key", RIGHT));
    HttpResponse<String> answer = sendAs("anything", operation);
    admitted(answer);
  }

  static Stream<String> wrong() {
    return Stream.of(
        "Bearer",
        "Bearer ",
        "Bearer " + RIGHT + "x",
        "Bearer " + RIGHT.substring(0, RIGHT.length() - 1) + (RIGHT.endsWith("A") ? "B" : "A"),
        "Bearer x." + CALLERS.token("{\"space\":\"*\",\"scope\":\"read write admin\"}"),
        "Basic " + RIGHT,
        RIGHT);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void aWrongCredential(Operation operation) throws Exception {
    List<HttpResponse<String>> answers = new ArrayList<>();
    for (String wrong : wrong().toList()) {
      answers.add(send(operation, "Authorization", wrong));
    }
    answers.add(send(operation, "X-API-Key", "x"));
    answers.add(send(operation, "X-API-Key", RIGHT, "X-API-Key", RIGHT));
    answers.add(send(operation, "X-API-Key", RIGHT, "Authorization", "Bearer " + RIGHT));
    for (HttpResponse<String> answer : answers) {
      if (isGuarded(operation)) {
        refused(401, "bad-credentials", answer);
      } else {
        admitted(answer);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void anExpiredCredential(Operation operation) throws Exception {
    for (String expired : List.of(EXPIRED, CALLERS.token(OVER))) {
      HttpResponse<String> answer = sendAs(expired, operation);
      if (isGuarded(operation)) {
        refused(401, "expired-credentials", answer);
      } else {
        admitted(answer);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void aCredentialOfAnotherSpace(Operation operation) throws Exception {
    String token = CALLERS.token("{\"space\":[\"council\"],\"scope\":\"read write admin\"}");
    for (String other : List.of(OF_ANOTHER_SPACE, token)) {
      HttpResponse<String> answer = sendAs(other, operation);
      if (isGuarded(operation)) {
        refused(403, "other-space", answer);
      } else {
        admitted(answer);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void aReadOnlyCredential(Operation operation) throws Exception {
    HttpResponse<String> answer = sendAs(READ_ONLY, operation);
    String scope = operation.content().getString("x-scope", "read");
    if (scope.equals("read")) {
      admitted(answer);
    } else {
      ProblemDocument.in(answer).is(403, "missing-scope");
      assertTrue(ROUTER.neighbour().wasAskedNothing());
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void theRightCredential(Operation operation) throws Exception {
    boolean ofNode = reach(operation).equals("node");
    String right = ofNode ? OF_ALL_SPACES : RIGHT;
    admitted(sendAs(right, operation));
    admitted(send(operation, "X-API-Key", right));
    String space = ofNode ? "*" : "aethercast";
    String scope = operation.content().getString("x-scope", "");
    admitted(
        sendAs(
            CALLERS.token("{\"space\":\"%s\",\"scope\":\"%s\"}".formatted(space, scope)),
            operation));
    if (ofNode) {
      ROUTER.neighbour().forget();
      refused(403, "other-space", sendAs(RIGHT, operation));
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void anEndUser(Operation operation) throws Exception {
    String own = CALLERS.token("{\"space\":\"aethercast\",\"session\":\"s1\"}");
    String anothers = CALLERS.token("{\"space\":\"aethercast\",\"session\":\"s2\"}");
    switch (reach(operation)) {
      case "anybody", "watched" -> {
        admitted(sendAs(own, operation));
        admitted(sendAs(anothers, operation));
      }
      case "session" -> {
        admitted(sendAs(own, operation));
        ROUTER.neighbour().forget();
        refused(403, "other-session", sendAs(anothers, operation));
      }
      case "node" -> refused(403, "other-space", sendAs(own, operation));
      default -> refused(403, "other-session", sendAs(own, operation));
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void whatTheDocumentSays_isWhatTheRouteNeeds(Operation operation) throws Exception {
    Need need = ContractTest.need(operation.method(), operation.path());
    String scope = operation.content().getString("x-scope");
    assertEquals(need.reach().name().toLowerCase(Locale.ROOT), reach(operation));
    boolean guarded = isGuarded(operation);
    assertEquals(guarded ? need.scope().text() : null, scope);
    JsonArray security = operation.content().getJsonArray("security");
    assertEquals(
        guarded
            ? "[{\"bearer\":[\"%1$s\"]},{\"apiKey\":[\"%1$s\"]}%2$s]"
                .formatted(scope, cookie(operation, scope))
            : Arrays.asList().toString(),
        security.encode());
  }

  /** What end users reach, they reach by a cookie too. */
  private static String cookie(Operation operation, String scope) {
    return List.of("session", "watched").contains(reach(operation))
        ? ",{\"cookie\":[\"" + scope + "\"]}"
        : "";
  }
}
