package io.aetherkeep.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.status.settings.EndWords;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The end states of other services end a status here too. */
class EndWordsTest extends StatusDeployment {

  @Override
  protected Map<String, EndWords> ends() {
    return Map.of(
        SPACE,
        new EndWords(
            Map.of("podcast", List.of("completed", "completed_with_*")),
            Map.of("podcast", List.of("failed_*", "initialization_failure"))));
  }

  @Test
  void aForeignWord_endsAStatus() throws Exception {
    for (String word :
        List.of(
            "completed",
            "completed_with_asf_notification_failure",
            "failed_wcha_content_harvest",
            "initialization_failure",
            "ready_to_stream",
            "error")) {
      foreign.send("SETEX", "cache:podcast_status:" + word, "300", status(word));
      assertTrue(read("podcast", word).terminal(), word);
    }
    foreign.send("SETEX", "cache:podcast_status:p1", "300", status("completing"));
    assertFalse(read("podcast", "p1").terminal());
  }

  @Test
  void aWordThatIsSent_endsAStatusOfItsKindAlone() throws Exception {
    put("podcast", "p1", status("failed_vfa_exception"));
    assertRefused(Code.STATUS_FINAL, putting("podcast", "p1", null, status("queued")));
    put("crawl", "c1", status("failed_vfa_exception"));
    assertFalse(read("crawl", "c1").terminal());
  }

  @Test
  void howLongItTook_isCountedForOtherWordsToo() throws Exception {
    put("podcast", "p1", status("queued"));
    put("podcast", "p1", status("completed"));
    put("podcast", "p2", status("queued"));
    put("podcast", "p2", status("failed_x"));
    assertEquals(1, foreign.number("LLEN", "durations:status:podcast"));
  }
}
