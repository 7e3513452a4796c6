package io.aetherkeep.launcher.demo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Simulated production: podcasts and other long tasks that report their status step by step. */
final class SimulatedProduction {

  private static final int MOST_READY = 14;
  private static final int MOST_JOBS = 16;

  private static final List<String> SUBJECTS =
      List.of(
          "black-holes",
          "slow-bread",
          "deep-sea",
          "city-trees",
          "old-maps",
          "sleep",
          "sourdough",
          "tides",
          "chess-engines",
          "bees",
          "glaciers",
          "typefaces",
          "radio-days",
          "octopus");

  private static final List<String> TROUBLES =
      List.of(
          "The voice 'nova' did not answer within 30 s",
          "The script is longer than the voice takes: 41,203 characters",
          "The provider elevenlabs answered 503 three times");

  /** A running job. */
  private static final class Job {
    private final String path;
    private final String id;
    private final boolean podcast;
    private final int stepSeconds;
    private final int failsAt;
    private final int stallsAt;
    private int progress;
    private int next;

    Job(String path, String id, boolean podcast, int stepSeconds, int failsAt, int stallsAt) {
      this.path = path;
      this.id = id;
      this.podcast = podcast;
      this.stepSeconds = stepSeconds;
      this.failsAt = failsAt;
      this.stallsAt = stallsAt;
    }
  }

  private final NodeClient node;
  private final Random dice;
  private final String run;
  private final Deque<String> ready = new ArrayDeque<>();
  private final List<Job> jobs = new ArrayList<>();
  private int made;

  SimulatedProduction(NodeClient node, Random dice, String run) {
    this.node = node;
    this.dice = dice;
    this.run = run;
  }

  /** Podcasts that can be played, newest first. */
  List<String> ready() {
    return List.copyOf(ready);
  }

  /** Adds podcasts that exist from the start. */
  void prepare() {
    for (int i = 0; i < 6; i++) {
      ready.addFirst(name());
    }
  }

  private String name() {
    made++;
    String subject = SUBJECTS.get(made % SUBJECTS.size());
    return made <= SUBJECTS.size() ? subject : subject + "-" + made / SUBJECTS.size();
  }

  /** Simulates one second. */
  void play(int second) {
    if (jobs.size() < MOST_JOBS) {
      if (second % 7 == 1) {
        String id = name();
        begin("aethercast/status/podcast/" + id, id, true, 2, second);
      }
      if (second % 9 == 4) {
        begin("content/status/crawl/reddit-" + run + second, "", false, 2, second);
      }
      if (second % 16 == 7) {
        begin("council/status/request/r-" + run + second, "", false, 1, second);
      }
      if (second % 70 == 10) {
        begin("content/status/deploy/site-" + run + second, "", false, 4, second);
      }
    }
    for (Job job : List.copyOf(jobs)) {
      if (job.next <= second) {
        step(job, second);
      }
    }
  }

  private void begin(String path, String id, boolean podcast, int stepSeconds, int second) {
    int failsAt = dice.nextInt(9) == 0 ? 20 + dice.nextInt(70) : Integer.MAX_VALUE;
    int stallsAt = dice.nextInt(9) == 0 ? 30 + dice.nextInt(50) : Integer.MAX_VALUE;
    Job job = new Job(path, id, podcast, stepSeconds, failsAt, stallsAt);
    job.next = second + stepSeconds;
    jobs.add(job);
    put(job, podcast ? "queued" : "pending", "");
  }

  private void step(Job job, int second) {
    int before = job.progress;
    job.progress = Math.min(100, before + 3 + dice.nextInt(9));
    job.next = second + job.stepSeconds;
    if (job.progress >= job.failsAt) {
      String trouble = TROUBLES.get(dice.nextInt(TROUBLES.size()));
      String field = job.podcast ? "error_message" : "error";
      end(job, job.podcast ? "error" : "failed", ",\"" + field + "\":\"" + trouble + "\"");
    } else if (job.progress == 100) {
      end(job, job.podcast ? "ready_to_stream" : "completed", "");
      publish(job);
    } else {
      put(job, word(job), "");
      if (before < job.stallsAt && job.progress >= job.stallsAt) {
        // Its worker pauses long enough to count as stalled, then continues.
        job.next = second + 75;
      }
    }
  }

  private static String word(Job job) {
    if (!job.podcast) {
      return "running";
    }
    return job.progress < 45 ? "script_generating" : "audio_rendering";
  }

  private void end(Job job, String word, String more) {
    jobs.remove(job);
    put(job, word, more);
  }

  private void publish(Job job) {
    if (job.podcast) {
      ready.addFirst(job.id);
      if (ready.size() > MOST_READY) {
        ready.removeLast();
      }
    }
  }

  private void put(Job job, String word, String more) {
    String named = job.podcast ? "\"podcast_id\":\"" + job.id + "\"," : "";
    String attempt = job.podcast ? "?attempt=" + attempt() : "";
    node.put(
            job.path + attempt,
            "{%s\"status\":\"%s\",\"progress\":%d%s}".formatted(named, word, job.progress, more))
        .exceptionally(thrown -> 0);
  }

  /** The attempt of this run: podcasts have the same names in each run. */
  private long attempt() {
    return Long.parseLong(run, 36) / 60 % 1_000_000 + 1;
  }
}
