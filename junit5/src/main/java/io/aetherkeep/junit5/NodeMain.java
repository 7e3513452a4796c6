package io.aetherkeep.junit5;

import io.aetherkeep.launcher.Main;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Entry point of a node that ends with the JVM of its tests: it stops at the end of its standard
 * input, which comes however that JVM ends.
 */
final class NodeMain {

  private NodeMain() {}

  public static void main(String[] arguments) {
    Thread watch = new Thread(NodeMain::exitWithParent, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    Main.main(arguments);
  }

  private static void exitWithParent() {
    try (InputStream parent = System.in) {
      parent.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      System.exit(0);
    }
  }
}
