package io.aetherkeep.launcher;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;

/** Condition whether a class uses a class of another verticle's module. */
final class DependOnAnotherVerticle extends ArchCondition<JavaClass> {

  private static final Set<String> VERTICLES =
      Set.of("cache", "router", "session", "status", "health", "stream", "webhook");

  DependOnAnotherVerticle() {
    super("depend on another verticle");
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    type.getDirectDependenciesFromSelf()
        .forEach(
            dependency -> {
              String other = module(dependency.getTargetClass());
              boolean breaks = VERTICLES.contains(other) && !other.equals(module(type));
              events.add(new SimpleConditionEvent(type, breaks, dependency.getDescription()));
            });
  }

  private static String module(JavaClass type) {
    String[] parts = type.getPackageName().split("\\.", -1);
    return type.getPackageName().startsWith("io.aetherkeep.") ? parts[2] : "";
  }
}
