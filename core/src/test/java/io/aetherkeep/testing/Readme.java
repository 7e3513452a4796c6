package io.aetherkeep.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The README at the top, as the tests of any module see it. */
public final class Readme {

  private final String text;

  private Readme(String text) {
    this.text = text;
  }

  public static Readme read() {
    try {
      return new Readme(Files.readString(Path.of("../README.md")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String text() {
    return text;
  }

  /** The rows of the table below a marker, each with its cells. */
  public List<List<String>> table(String marker) {
    return text.substring(text.indexOf("<!-- " + marker + " -->"))
        .lines()
        .skip(1)
        .takeWhile(line -> line.startsWith("|"))
        .skip(2)
        .map(line -> Stream.of(line.split("\\|", -1)).map(String::trim).toList())
        .map(cells -> cells.subList(1, cells.size() - 1))
        .toList();
  }
}
