package io.aetherkeep.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Fuzzer of a parser: feeds random mutations of a corpus, until the parser throws.
 *
 * <p>{@code -Dfuzz.inputs=1000000} raises the number of inputs, {@code -Dfuzz.seed} repeats a run.
 * An input that breaks a parser is stored in {@code target/fuzz}; after the fix it belongs in the
 * corpus. jqwik sends random requests to a running router: {@code -Djqwik.tries.default}.
 */
public final class Fuzzing {

  private static final int INPUTS = Integer.getInteger("fuzz.inputs", 3_000);
  private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());
  private static final int LONGEST = 4096;

  /** Tokens of the tested parsers. */
  private static final List<String> WORDS =
      List.of(
          "\"",
          "\\",
          "\\u",
          "\\ud800",
          "{",
          "}",
          "[",
          "]",
          ":",
          ",",
          "null",
          "true",
          "-",
          ".",
          "e9",
          "0",
          "1e999999999",
          "99999999999999999999",
          "%",
          "%2F",
          "%zz",
          "%00",
          "=",
          ";",
          "*",
          "?",
          "W/",
          "\u0000",
          "\r\n",
          " ",
          "\t",
          "/",
          "..",
          "é",
          "😀",
          "\uFEFF",
          "T",
          "Z",
          "+02:00",
          "-9999",
          "id",
          "op",
          "topic");

  private final Random random = new Random(SEED);
  private final List<byte[]> corpus;

  private Fuzzing(List<byte[]> corpus) {
    this.corpus = corpus;
  }

  /** Uses a corpus of files beside a class. */
  public static Fuzzing from(Class<?> beside, String... files) {
    List<byte[]> corpus = new ArrayList<>();
    for (String file : files) {
      try (InputStream in = beside.getResourceAsStream("corpus/" + file)) {
        if (in == null) {
          throw new IllegalArgumentException("No corpus " + file);
        }
        corpus.add(in.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new Fuzzing(corpus);
  }

  /** Uses the lines of a file beside a class as the corpus. */
  public static Fuzzing fromLines(Class<?> beside, String file) {
    String text = new String(from(beside, file).corpus.get(0), StandardCharsets.UTF_8);
    return new Fuzzing(
        text.lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.getBytes(StandardCharsets.UTF_8))
            .toList());
  }

  /** Feeds a parser with texts. */
  public void feedText(Consumer<String> parser) {
    feed(bytes -> parser.accept(new String(bytes, StandardCharsets.UTF_8)));
  }

  /** Feeds a parser with bytes. Any exception fails the test, with the input. */
  public void feed(Consumer<byte[]> parser) {
    corpus.forEach(input -> feed(parser, input));
    for (int i = 0; i < INPUTS; i++) {
      byte[] input = any();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        input = changed(input);
      }
      feed(parser, input);
    }
  }

  private static void feed(Consumer<byte[]> parser, byte[] input) {
    try {
      parser.accept(input.clone());
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      throw new AssertionError(
          "Broken by " + kept(input) + " with -Dfuzz.seed=" + SEED + ": " + e, e);
    }
  }

  private static String kept(byte[] input) {
    try {
      Path folder = Files.createDirectories(Path.of("target", "fuzz"));
      Path file = Files.createTempFile(folder, "input-", ".bin");
      Files.write(file, input);
      return file + " (" + HexFormat.of().formatHex(input, 0, Math.min(64, input.length)) + ")";
    } catch (IOException e) {
      return HexFormat.of().formatHex(input);
    }
  }

  private byte[] any() {
    return corpus.get(random.nextInt(corpus.size()));
  }

  private byte[] changed(byte[] input) {
    int from = random.nextInt(input.length + 1);
    int to = Math.min(input.length, from + random.nextInt(16));
    byte[] other =
        switch (random.nextInt(6)) {
          case 0 -> new byte[] {(byte) random.nextInt(256)};
          case 1 -> part(input);
          case 2 -> part(any());
          case 3 -> new byte[0];
          case 4 -> repeated(part(input));
          default -> WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
        };
    return spliced(input, from, random.nextBoolean() ? from : to, other);
  }

  private byte[] part(byte[] input) {
    int from = random.nextInt(input.length + 1);
    int to = Math.min(input.length, from + random.nextInt(32));
    return Arrays.copyOfRange(input, from, to);
  }

  private byte[] repeated(byte[] input) {
    int times = 1 + random.nextInt(40);
    byte[] all = new byte[input.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(input, 0, all, i * input.length, input.length);
    }
    return all;
  }

  private static byte[] spliced(byte[] input, int from, int to, byte[] other) {
    int length = Math.min(LONGEST, from + other.length + input.length - to);
    byte[] all = Arrays.copyOf(input, Math.max(length, from));
    int middle = Math.min(other.length, all.length - from);
    System.arraycopy(other, 0, all, from, middle);
    int rest = Math.min(input.length - to, all.length - from - middle);
    System.arraycopy(input, to, all, from + middle, rest);
    return Arrays.copyOf(all, from + middle + rest);
  }
}
