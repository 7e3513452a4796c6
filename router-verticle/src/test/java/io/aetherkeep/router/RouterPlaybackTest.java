package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.SESSIONS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.ListenerAsks.Listeners;
import io.aetherkeep.catalogue.ListenerAsks.ReadListeners;
import io.aetherkeep.catalogue.ListenerAsks.ReadTop;
import io.aetherkeep.catalogue.ListenerAsks.Top;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.TicketAsks.IssueTicket;
import io.aetherkeep.catalogue.TicketAsks.Ticket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Playback and listeners over HTTP. */
final class RouterPlaybackTest {

  private static final String PLAYBACK = SESSIONS + "/s1/playback";
  private static final Playback PLAYED =
      new Playback("s1", "p1", State.PLAYING, 61_000, 1.25, "2026-11-21T04:01:45.551Z", 7, 1, null);

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  private final PublishedContract contract = PublishedContract.read();

  private static Ask<?> asked() throws InterruptedException {
    return ROUTER.neighbour().asked();
  }

  private static HttpResponse<String> sent(String method, String address, String body)
      throws Exception {
    return ROUTER.send(
        ROUTER
            .to(address)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  private static void assertProblem(Code code, HttpResponse<String> answer) {
    assertEquals(code.text(), ProblemDocument.in(answer).code());
  }

  @Test
  void playback_isAsTheContractHasIt() throws Exception {
    ROUTER.neighbour().answers(PLAYED);
    HttpResponse<String> answer = ROUTER.get(PLAYBACK);
    assertEquals(200, answer.statusCode());
    contract.holds("Playback", answer.body());
    assertTrue(answer.body().contains("\"state\":\"playing\""), answer.body());
    assertEquals(new ReadPlayback("aethercast", "s1"), asked());
    ROUTER.neighbour().answers(new Playback("s1", null, State.STOPPED, 0, 1, null, 0, 0, null));
    contract.holds("Playback", ROUTER.get(PLAYBACK).body());
  }

  @Test
  void aPlaybackFromMemory_saysSo() throws Exception {
    ROUTER.neighbour().answers(PLAYED.asStale(4L));
    HttpResponse<String> answer = ROUTER.get(PLAYBACK);
    assertEquals("4", answer.headers().firstValue("Aetherkeep-Stale").orElseThrow());
    contract.holds("Playback", answer.body());
    asked();
  }

  @Test
  void report_isAskedAsItWasSent() throws Exception {
    ROUTER.neighbour().answers(new Reported(PLAYED, true));
    String body =
        "{\"podcastId\":\"p1\",\"state\":\"paused\",\"positionMs\":5,\"rate\":1.5,\"seq\":9,\"here\":true}";
    HttpResponse<String> answer = sent("PUT", PLAYBACK, body);
    assertEquals(200, answer.statusCode(), answer.body());
    contract.holds("PlaybackReport", body);
    contract.holds("PlaybackReported", answer.body());
    assertEquals(
        new ReportPlayback("aethercast", "s1", State.PAUSED, "p1", 5L, 1.5, 9L, null, true),
        asked());
    String asOnASocket = body.replace("podcastId", "podcast");
    contract.holds("PlaybackReport", asOnASocket);
    sent("PUT", PLAYBACK, asOnASocket);
    assertEquals(
        new ReportPlayback("aethercast", "s1", State.PAUSED, "p1", 5L, 1.5, 9L, null, true),
        asked());
    sent("PUT", PLAYBACK, "{\"positionMs\":6}");
    assertEquals(
        new ReportPlayback("aethercast", "s1", null, null, 6L, null, null, null, null), asked());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{\"state\":\"PLAYING\"}",
        "{\"state\":0}",
        "{\"state\":\"halted\"}",
        "{\"positionMs\":\"1\"}",
        "{\"positionMs\":1.5}",
        "{\"seq\":true}",
        "{\"rate\":\"fast\"}",
        "{\"here\":1}",
        "{\"podcastID\":\"p1\"}",
        "{\"podcastId\":\"p1\",\"podcast\":\"p2\"}"
      })
  void report_thatIsNone_isRefused(String body) throws Exception {
    assertProblem(Code.INVALID_BODY, sent("PUT", PLAYBACK, body));
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @Test
  void streamTooMany_isAConflict() throws Exception {
    ROUTER.neighbour().fails(Code.TOO_MANY_STREAMS, "One at once");
    assertProblem(Code.TOO_MANY_STREAMS, sent("PUT", PLAYBACK, "{\"state\":\"playing\"}"));
  }

  @Test
  void ticket_isCreatedAndKeptByNobody() throws Exception {
    ROUTER.neighbour().answers(new Ticket("t", 30));
    HttpResponse<String> answer = ROUTER.send("POST", SESSIONS + "/s1/ticket");
    assertEquals(201, answer.statusCode());
    assertEquals("no-store", answer.headers().firstValue("cache-control").orElse(""));
    contract.holds("Ticket", answer.body());
    assertEquals(new IssueTicket("aethercast", "s1", null), asked());
  }

  @Test
  void listeners_areAsTheContractHasThem() throws Exception {
    Listeners heard = new Listeners("p 1", 3, 2, 12);
    ROUTER.neighbour().answers(heard);
    HttpResponse<String> answer = ROUTER.get("/api/v1/aethercast/podcasts/p%201/listeners");
    assertEquals(200, answer.statusCode());
    assertEquals(new ReadListeners("aethercast", "p 1"), asked());
    ROUTER.neighbour().answers(new Top(List.of(new Listeners("p1", 3, 2, 12))));
    HttpResponse<String> top = ROUTER.get("/api/v1/aethercast/playback/top?limit=3");
    contract.holds("MostHeard", top.body());
    assertEquals(new ReadTop("aethercast", 3), asked());
    assertProblem(Code.INVALID_PARAMETER, ROUTER.get("/api/v1/aethercast/playback/top?limit=-3"));
  }
}
