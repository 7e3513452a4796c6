package io.aetherkeep.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PerSpaceTest {

  private final Map<String, Integer> values = new LinkedHashMap<>(Map.of("aethercast", 1));
  private final PerSpace<Integer> each = PerSpace.by(values);

  @Test
  void space_hasItsValue() {
    assertEquals(1, each.of("aethercast"));
    assertEquals(List.of(1), List.copyOf(each.all()));
  }

  @Test
  void spaceThatIsNone_isRefusedWithItsCode() {
    assertEquals(Code.SPACE_UNKNOWN, assertThrows(Failure.class, () -> each.of("council")).code());
    assertTrue(each.find("council").isEmpty());
  }

  @Test
  void values_doNotChangeWithTheMapTheyCameFrom() {
    values.put("council", 2);

    assertTrue(each.find("council").isEmpty());
  }
}
