package io.aetherkeep.packaging;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that every jar with a main class starts. */
class MainClassesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "launcher/target/aetherkeep.jar",
        "bench/target/bench.jar",
        "failure-lab/target/failure-lab.jar"
      })
  void jar_saysHowItIsUsed(String jar) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String said = Installed.sh(Path.of(".."), "'" + java + "' -jar " + jar + " --help");
    assertTrue(said.contains("usage: "), said);
  }
}
