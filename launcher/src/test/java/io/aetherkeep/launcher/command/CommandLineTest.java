package io.aetherkeep.launcher.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.launcher.command.CommandLine.Action;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {

  private static CommandLine of(String line) {
    return CommandLine.of(List.of(line.split(" ", -1)));
  }

  @ParameterizedTest
  @CsvSource({
    "keys add --name init, KEYS, add --name init",
    "keys add --name ctl --demo, KEYS, add --name ctl --demo",
    "init --space health, INIT, --space health",
    "migrate --state keys, MIGRATE, --state keys",
    "ctl sessions get migrate, CTL, sessions get migrate",
    "ctl --help, CTL, --help"
  })
  void wordsAfterACommand_areItsOwn(String line, Action action, String words) {
    CommandLine parsed = of(line);
    assertEquals(action, parsed.action());
    assertEquals(words, String.join(" ", parsed.words()));
  }

  @ParameterizedTest
  @CsvSource({"migrate --help, HELP", "keys -h, HELP", "--version, VERSION", "--demo, RUN"})
  void generalOptions_areRecognisedAfterACommandToo(String line, Action action) {
    assertEquals(action, of(line).action());
  }

  @ParameterizedTest
  @CsvSource({
    "keys list --config a.yaml",
    "ctl status --config=a.yaml",
    "--config a.yaml keys list"
  })
  void theConfiguration_isNamedBeforeOrAfterACommand(String line) {
    assertEquals(Path.of("a.yaml"), of(line).config());
  }
}
