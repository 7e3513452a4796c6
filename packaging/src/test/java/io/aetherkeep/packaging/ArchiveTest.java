package io.aetherkeep.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive for those who have Java: unpacked, it runs. */
class ArchiveTest {

  @TempDir Path folder;

  private Path unpacked() throws Exception {
    Installed.sh(folder, "tar xzf '" + Installed.named(".tar.gz") + "'");
    return folder.resolve("aetherkeep-" + System.getProperty("version"));
  }

  @Test
  void node_servesTheFirstSession_andEndsWell() throws Exception {
    Path home = unpacked();
    Path bin =
        Files.createSymbolicLink(folder.resolve("aetherkeep"), home.resolve("bin/aetherkeep"));
    try (Installed node = Installed.start(folder, Map.of(), bin.toString())) {
      node.assertFirstSession();
      assertTrue(Files.isDirectory(folder.resolve("data/redis")), node.banner()::toString);
      node.stop();
    }
  }

  @Test
  void init_isStartedAsItIs() throws Exception {
    String bin = unpacked().resolve("bin/aetherkeep").toString();
    Installed.sh(folder, bin + " init --space library");
    try (Installed node = Installed.start(folder, Map.of(), bin, "--config", "aetherkeep.yaml")) {
      assertTrue(node.banner().toString().contains("library (0)"), node.banner()::toString);
      node.stop();
    }
  }

  @Test
  void configurationOfThePackage_isSound() throws Exception {
    Path home = unpacked();
    for (String file : List.of("aetherkeep.yaml", "reference.yaml")) {
      Installed.sh(home, "bin/aetherkeep --print-config --config conf/" + file);
    }
  }

  @Test
  void archive_hasWhatAnInstallationNeeds() throws Exception {
    Path home = unpacked();
    for (String file :
        List.of(
            "bin/aetherkeep",
            "lib/aetherkeep.jar",
            "systemd/aetherkeep.service",
            "man/aetherkeep.1",
            "completions/aetherkeep.bash",
            "licenses/redis.txt",
            "LICENSE",
            "README.md")) {
      assertTrue(Files.isRegularFile(home.resolve(file)), file);
    }
    Installed.sh(home, "bash -n completions/aetherkeep.bash");
    Set<String> inZip;
    try (ZipFile zip = new ZipFile(Installed.named(".zip").toFile())) {
      inZip = zip.stream().map(entry -> entry.getName()).collect(Collectors.toSet());
    }
    try (Stream<Path> files = Files.walk(home)) {
      files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .forEach(file -> assertTrue(inZip.remove(file), file));
    }
    assertEquals(
        Set.of(), inZip.stream().filter(name -> !name.endsWith("/")).collect(Collectors.toSet()));
  }

  @Test
  void jar_carriesNoProgramThatNoPlatformRuns() throws Exception {
    try (ZipFile jar = new ZipFile(unpacked().resolve("lib/aetherkeep.jar").toFile())) {
      assertEquals(
          Set.of("darwin-amd64", "darwin-arm64", "linux-amd64", "linux-arm64"),
          jar.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.startsWith("redis-server-"))
              .map(name -> name.replaceFirst("redis-server-[0-9.]+-", ""))
              .collect(Collectors.toSet()));
    }
  }

  @Test
  void manualAndCompletion_knowEveryOption() throws Exception {
    Path home = unpacked();
    String manual = Files.readString(home.resolve("man/aetherkeep.1")).replace("\\-", "-");
    String completion = Files.readString(home.resolve("completions/aetherkeep.bash"));
    String help = Installed.sh(home, "bin/aetherkeep --help");
    for (String option : help.split("[^a-z-]+", -1)) {
      if (option.matches("--[a-z-]+")) {
        assertTrue(manual.contains(option), option);
        assertTrue(completion.contains(option), option);
      }
    }
  }
}
