package io.aetherkeep.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reader of the processor time of a JVM's compiler threads, which {@code /proc} shows by name. */
final class JitCompilers {

  /** A compiler of HotSpot in a thread's stat, with its user and system time in ticks. */
  private static final Pattern COMPILER =
      Pattern.compile("\\d+ \\(C[12] CompilerThre\\w*\\)(?: \\S+){11} (\\d+) (\\d+) ");

  private static final long TICK_MILLIS = 10;

  private JitCompilers() {}

  static Duration cpu(long pid) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return threads.map(JitCompilers::ofThread).reduce(Duration.ZERO, Duration::plus);
    }
  }

  private static Duration ofThread(Path thread) {
    try {
      Matcher compiler = COMPILER.matcher(Files.readString(thread.resolve("stat")));
      return compiler.lookingAt()
          ? Duration.ofMillis(TICK_MILLIS * (ticks(compiler, 1) + ticks(compiler, 2)))
          : Duration.ZERO;
    } catch (IOException e) {
      // The JVM has ended a compiler that had nothing to do.
      return Duration.ZERO;
    }
  }

  private static long ticks(Matcher compiler, int group) {
    return Long.parseLong(compiler.group(group));
  }
}
