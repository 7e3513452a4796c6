package io.aetherkeep.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.access.identity.Caller;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The sessions of many cookies are checked a few at once, and none is used by that. */
class CookieSessionCheckTest {

  private static final int SESSIONS = 3 * CookieSessionCheck.AT_ONCE;

  private final Set<Caller> callers = new LinkedHashSet<>();
  private final Map<ReadSession, Promise<Session>> open = new LinkedHashMap<>();
  private final List<Caller> ended = new ArrayList<>();
  private final CookieSessionCheck check =
      new CookieSessionCheck(
          callers,
          ask -> {
            Promise<Session> answer = Promise.promise();
            open.put(ask, answer);
            return answer.future();
          },
          ended::add);

  private static Caller cookie(int number) {
    return Caller.ofCookie("aethercast", "s" + number);
  }

  private static ReadSession reading(int number) {
    return new ReadSession("aethercast", "s" + number, false, null);
  }

  private void succeed(ReadSession ask) {
    open.remove(ask)
        .complete(new Session(ask.id(), ask.space(), null, null, null, 1, "1", Document.of("{}")));
  }

  @Test
  void sessions_areReadAFewAtOnce_untilEachWasRead() {
    for (int i = 0; i < SESSIONS; i++) {
      callers.add(cookie(i));
    }
    check.check();
    check.check();
    for (int i = 0; i < SESSIONS; i++) {
      assertEquals(Math.min(CookieSessionCheck.AT_ONCE, SESSIONS - i), open.size());
      succeed(reading(i));
    }
    assertEquals(List.of(), ended);
  }

  @Test
  void onlyAnUnknownSession_isEnded() {
    callers.addAll(List.of(cookie(1), cookie(2), cookie(3)));
    check.check();
    open.get(reading(1)).fail(Failure.of(Code.REDIS_UNAVAILABLE, "away"));
    open.get(reading(2)).fail(Failure.of(Code.SESSION_UNKNOWN, "No session has this id"));
    open.get(reading(3)).fail(new IllegalStateException());
    assertEquals(List.of(cookie(2)), ended);
  }
}
