package io.aetherkeep.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The compiler of TypeScript accepts the console's modules, which are served as they are. */
class ConsoleTypesTest {

  private static final Path TOOLS = ToolRun.repository().resolve(".ci/console");

  @Test
  void modules_agreeWithTheirTypes() throws Exception {
    ToolRun.run(TOOLS, Map.of(), List.of(ToolRun.npm(TOOLS, "tsc")));
  }
}
