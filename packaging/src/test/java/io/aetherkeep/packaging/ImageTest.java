package io.aetherkeep.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  @TempDir Path folder;

  /** The name of this platform in Debian, Go and images. */
  private static final String MACHINE =
      System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";

  private static Path image() {
    return Installed.named("-image-linux-" + MACHINE + ".tar");
  }

  private JsonObject blob(JsonObject descriptor) throws Exception {
    return new JsonObject(Files.readString(file(descriptor)));
  }

  private Path file(JsonObject descriptor) {
    return folder.resolve("blobs").resolve(descriptor.getString("digest").replace(':', '/'));
  }

  @Test
  void image_servesTheFirstSession_asAnotherUserOnAReadOnlyRoot() throws Exception {
    boolean mayMount = new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0;
    assumeTrue(mayMount, "skipped: only root may mount here");
    Installed.sh(folder, "tar xf '" + image() + "'");
    JsonObject index = new JsonObject(Files.readString(folder.resolve("index.json")));
    JsonObject manifest = blob(index.getJsonArray("manifests").getJsonObject(0));
    JsonObject whole = blob(manifest.getJsonObject("config"));
    assertEquals("linux/" + MACHINE, whole.getString("os") + "/" + whole.getString("architecture"));
    JsonObject config = whole.getJsonObject("config");
    Path root = Files.createDirectories(folder.resolve("root"));
    for (Object layer : manifest.getJsonArray("layers")) {
      Installed.sh(root, "tar xzf '" + file((JsonObject) layer) + "'");
    }
    // As a container engine does.
    Installed.sh(root, "mkdir -p proc dev && echo nameserver 127.0.0.1 > etc/resolv.conf");
    assertEquals("65532:65532", config.getString("User"));
    List<String> command =
        new ArrayList<>(List.of("unshare", "-m", "sh", "-c", CONTAINER, "container"));
    config.getJsonArray("Entrypoint").forEach(word -> command.add(word.toString()));
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
        Installed node =
            Installed.start(
                folder,
                Map.of(
                    "ROOT", root.toString(),
                    "AETHERKEEP_REDIS_URL", redis.url(),
                    "AETHERKEEP_DATA_DIR", "/var/lib/aetherkeep"),
                command.toArray(String[]::new))) {
      node.assertFirstSession();
      node.stop();
    }
    assertEquals("", Installed.errors(folder, "aot|cds|WARN|ERROR"));
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
}
