package io.aetherkeep.launcher.ctl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Output of a command for people, as tables and text, or as JSON for programs. */
final class CtlOutput {

  private static final int WIDEST = 60;

  /** Fraction of a second at the end of a time. */
  private static final Pattern FRACTION = Pattern.compile("(?<=:\\d\\d)\\.\\d+Z$");

  private final PrintStream out;
  private final BufferedReader in;
  private final boolean json;
  private final boolean confirmed;

  CtlOutput(PrintStream out, BufferedReader in, boolean json, boolean confirmed) {
    this.out = out;
    this.in = in;
    this.json = json;
    this.confirmed = confirmed;
  }

  /** A column of a table: its heading, and its text in a row. */
  record Column(String heading, Function<JsonNode, String> text) {

    /** A column that shows a field; a dash where the field is null or missing. */
    static Column of(String heading, String field) {
      return new Column(heading, row -> CtlOutput.text(row.at("/" + field)));
    }

    /** A column that shows a ratio in percent. */
    static Column percent(String heading, String field) {
      return new Column(heading, row -> CtlOutput.percent(row.at("/" + field)));
    }
  }

  private static String percent(JsonNode ratio) {
    return ratio.isNumber()
        ? String.format(Locale.ROOT, "%.1f %%", ratio.asDouble() * 100)
        : text(ratio);
  }

  static String text(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "-";
    }
    if (value.isFloatingPointNumber()) {
      return value.decimalValue().setScale(3, RoundingMode.HALF_UP).toPlainString();
    }
    return value.isValueNode()
        ? FRACTION.matcher(value.asText()).replaceFirst("Z")
        : value.toString();
  }

  /** A number with its noun, such as 1 session or 12 sessions. */
  static String many(long number, String one, String more) {
    return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : more);
  }

  void line(String text) {
    out.println(text);
  }

  PrintStream raw() {
    return out;
  }

  boolean isJson() {
    return json;
  }

  /** Prints a document: indented, or on one line for programs. */
  void document(JsonNode document) {
    try {
      out.println(
          json
              ? document.toString()
              : NodeApi.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document));
    } catch (JsonProcessingException e) {
      throw CtlException.failed(String.valueOf(e.getMessage()));
    }
  }

  /** Prints a table, or each row as one line of JSON. */
  void table(List<Column> columns, List<JsonNode> rows) {
    if (json) {
      rows.forEach(row -> out.println(row.toString()));
      return;
    }
    List<List<String>> cells = new ArrayList<>();
    cells.add(columns.stream().map(Column::heading).toList());
    rows.forEach(row -> cells.add(columns.stream().map(each -> cell(each, row)).toList()));
    print(cells, columns.size());
  }

  private static String cell(Column column, JsonNode row) {
    String text = column.text().apply(row).replaceAll("\\p{Cntrl}", " ");
    return text.length() <= WIDEST ? text : text.substring(0, WIDEST - 1) + "…";
  }

  private void print(List<List<String>> cells, int columns) {
    int[] widths = new int[columns];
    for (List<String> row : cells) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : cells) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i));
        if (i < columns - 1) {
          line.append(" ".repeat(widths[i] - row.get(i).length() + 2));
        }
      }
      out.println(line);
    }
  }

  /** Asks for confirmation, unless {@code --yes} was given; fails without a yes. */
  void confirm(String effect) {
    if (confirmed) {
      return;
    }
    out.print(effect + " Continue? [y/N] ");
    out.flush();
    try {
      String answer = in.readLine();
      if (answer == null) {
        out.println();
        throw CtlException.misused("Nothing was done: give --yes where nobody can answer");
      }
      if (!answer.strip().matches("(?i)y|yes")) {
        throw CtlException.failed("Nothing was done");
      }
    } catch (IOException e) {
      throw CtlException.failed("The answer cannot be read: " + e.getMessage());
    }
  }
}
