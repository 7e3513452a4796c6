package io.aetherkeep.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the image: unpacks it into a read-only root and runs it there as an unprivileged user. */
class ImageTest {

  /** The setup by a container engine: mounts, a read-only root, the user. */
  private static final String CONTAINER =
      """
      set -e
      mount --bind "$ROOT" "$ROOT"
      mount -t tmpfs tmpfs "$ROOT/tmp"
      mount -t tmpfs -o mode=777 tmpfs "$ROOT/var/lib/aetherkeep"
      mount --bind /proc "$ROOT/proc"
      mount --bind /dev "$ROOT/dev"
      mount -o remount,bind,ro "$ROOT"
      exec chroot --userspec=65532:65532 "$ROOT" "$@"
      """;

  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  /** The machine's number in ELF. */
  private static final int ARM64 = 183;

  @TempDir Path folder;

  /** The name of this platform in Debian, Go and images. */
  private static final String MACHINE =
      System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";

  private static Path image() {
    return Installed.named("-image-linux-" + MACHINE + ".tar");
  }

  /** Unpacks an image into a root, and returns its configuration. */
  private JsonObject unpack(Path image, Path root) throws Exception {
    Installed.sh(folder, "tar xf '" + image + "'");
    JsonObject index = new JsonObject(Files.readString(folder.resolve("index.json")));
    JsonObject manifest = blob(index.getJsonArray("manifests").getJsonObject(0));
    Files.createDirectories(root);
    for (Object layer : manifest.getJsonArray("layers")) {
      Installed.sh(root, "tar xzf '" + file((JsonObject) layer) + "'");
    }
    return blob(manifest.getJsonObject("config"));
  }

  private JsonObject blob(JsonObject descriptor) throws Exception {
    return new JsonObject(Files.readString(file(descriptor)));
  }

  private Path file(JsonObject descriptor) {
    return folder.resolve("blobs").resolve(descriptor.getString("digest").replace(':', '/'));
  }

  /** Docker with a store of its own reads {@code manifest.json}, all others {@code index.json}. */
  @Test
  void dockerFindsTheSameConfigurationAndLayers() throws Exception {
    Installed.sh(folder, "tar xf '" + image() + "'");
    JsonObject index = new JsonObject(Files.readString(folder.resolve("index.json")));
    JsonObject oci = blob(index.getJsonArray("manifests").getJsonObject(0));
    JsonObject docker =
        new JsonArray(Files.readString(folder.resolve("manifest.json"))).getJsonObject(0);
    assertEquals(file(oci.getJsonObject("config")), folder.resolve(docker.getString("Config")));
    assertEquals(
        oci.getJsonArray("layers").stream().map(layer -> file((JsonObject) layer)).toList(),
        docker.getJsonArray("Layers").stream().map(at -> folder.resolve((String) at)).toList());
    assertTrue(docker.getJsonArray("RepoTags").contains("aetherkeep:latest"), docker::encode);
  }

  @Test
  void image_servesTheFirstSession_asAnotherUserOnAReadOnlyRoot() throws Exception {
    assumeTrue(mayMount(), "skipped: only root may mount here");
    Path root = folder.resolve("root");
    JsonObject whole = unpack(image(), root);
    assertEquals("linux/" + MACHINE, whole.getString("os") + "/" + whole.getString("architecture"));
    JsonObject config = whole.getJsonObject("config");
    assertEquals("65532:65532", config.getString("User"));
    assertRuns(root, config);
    assertEquals("", Installed.errors(folder, "aot|cds|WARN|ERROR"));
  }

  /** Runs the first session on the image's program, as a container engine would start it. */
  private void assertRuns(Path root, JsonObject config) throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
        Installed node =
            Installed.start(
                folder,
                Map.of(
                    "ROOT", root.toString(),
                    "AETHERKEEP_REDIS_URL", redis.url(),
                    "AETHERKEEP_DATA_DIR", "/var/lib/aetherkeep"),
                command(root, config, List.of()).toArray(String[]::new))) {
      node.assertFirstSession();
      node.stop();
    }
  }

  /** The command by which a container engine starts an image. */
  private static List<String> command(Path root, JsonObject config, List<String> emulator)
      throws Exception {
    Installed.sh(root, "mkdir -p proc dev && echo nameserver 127.0.0.1 > etc/resolv.conf");
    List<String> command =
        new ArrayList<>(List.of("unshare", "-m", "sh", "-c", CONTAINER, "container"));
    command.addAll(emulator);
    config.getJsonArray("Entrypoint").forEach(word -> command.add(word.toString()));
    return command;
  }

  @Test
  void image_holdsNoShellAndNoOtherPrograms() throws Exception {
    Installed.sh(folder, "tar xf '" + image() + "'");
    JsonObject index = new JsonObject(Files.readString(folder.resolve("index.json")));
    JsonObject manifest = blob(index.getJsonArray("manifests").getJsonObject(0));
    for (Object layer : manifest.getJsonArray("layers")) {
      String files = Installed.sh(folder, "tar tzf '" + file((JsonObject) layer) + "'");
      assertTrue(files.lines().noneMatch(file -> file.matches("(usr/)?s?bin/.*")), files);
    }
  }

  @Test
  void image_startsJavaWithTheOptionsOfTheStartScript() throws Exception {
    Path root = folder.resolve("root");
    unpack(image(), root);
    String arguments = Files.readString(root.resolve("opt/aetherkeep/java.args"));
    List<String> options =
        Pattern.compile("-XX:Tier4[^ \"]+")
            .matcher(Files.readString(Installed.packages().resolve("dist/bin/aetherkeep")))
            .results()
            .map(MatchResult::group)
            .toList();
    assertEquals(4, options.size());
    options.forEach(option -> assertTrue(arguments.lines().anyMatch(option::equals), option));
  }

  /** Made by the profile cross, of Debian's packages for the other machine. */
  @Test
  void imageForAnotherMachine_holdsOnlyItsProgramsAndStarts() throws Exception {
    Path image = Installed.named("-image-linux-arm64.tar");
    assumeTrue(
        !MACHINE.equals("arm64") && Files.exists(image), "skipped: only -Pcross makes this image");
    Path root = folder.resolve("root");
    JsonObject whole = unpack(image, root);
    assertEquals("linux/arm64", whole.getString("os") + "/" + whole.getString("architecture"));
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> programs = files.filter(ImageTest::isElf).toList();
      assertTrue(programs.size() > 20, () -> programs + "");
      for (Path program : programs) {
        assertEquals(ARM64, machine(program), program::toString);
      }
    }
    assertTrue(Files.isExecutable(root.resolve("lib/ld-linux-aarch64.so.1")));
    String emulator = Installed.sh(folder, "command -v qemu-aarch64-static || true").strip();
    assumeTrue(!emulator.isEmpty() && mayMount(), "skipped: root runs it with qemu-user-static");
    Files.copy(Path.of(emulator), root.resolve("emulator"), StandardCopyOption.COPY_ATTRIBUTES);
    List<String> command = command(root, whole.getJsonObject("config"), List.of("/emulator"));
    command.add("--version");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ROOT", root.toString());
    Process program = builder.start();
    String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, program.waitFor(), said);
    assertTrue(said.contains(System.getProperty("version")), said);
  }

  private static boolean mayMount() throws Exception {
    return new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0;
  }

  private static boolean isElf(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Files.isRegularFile(file) && Arrays.equals(in.readNBytes(4), ELF);
    } catch (IOException e) {
      return false; // a folder, or a link to a file of the container
    }
  }

  private static int machine(Path elf) throws IOException {
    try (InputStream in = Files.newInputStream(elf)) {
      return ByteBuffer.wrap(in.readNBytes(20)).order(ByteOrder.LITTLE_ENDIAN).getShort(18);
    }
  }
}
