package io.aetherkeep.launcher;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.vertx.core.http.ClientAuth;

/** Architecture rules, checked for every class of every module. */
@AnalyzeClasses(packages = "io.aetherkeep", importOptions = ArchitectureTest.NoTests.class)
class ArchitectureTest {

  /** Excludes tests, including those in core's test jar. */
  static final class NoTests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.aetherkeep.(*)..").should().beFreeOfCycles();

  /** Packages have no cycles, within modules too. */
  @ArchTest
  static final ArchRule NO_CYCLES_OF_PACKAGES =
      slices().matching("io.aetherkeep.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NO_PACKAGE_SEES_THE_API_BUT_THE_ROUTERS =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.aetherkeep.router", "io.aetherkeep.router.api")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.aetherkeep.router.api");

  @ArchTest
  static final ArchRule VERTICLES_DO_NOT_KNOW_EACH_OTHER =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..cache..",
              "..router..",
              "..session..",
              "..status..",
              "..health..",
              "..stream..",
              "..webhook..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..launcher..")
          .orShould(new DependOnAnotherVerticle());

  @ArchTest
  static final ArchRule ONLY_THE_BUS_TOUCHES_THE_EVENT_BUS =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.aetherkeep.bus")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.vertx.core.eventbus.EventBus");

  /** Only the packages that lay out keys use Redis; others use their types. */
  @ArchTest
  static final ArchRule ONLY_STORES_SEE_REDIS =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.aetherkeep.redis..",
              "io.aetherkeep.cache.config",
              "io.aetherkeep.cache.index",
              "io.aetherkeep.cache.loading",
              "io.aetherkeep.health.audit",
              "io.aetherkeep.health.store",
              "io.aetherkeep.health.redis",
              "io.aetherkeep.session.playback",
              "io.aetherkeep.session.store",
              "io.aetherkeep.session.ticket",
              "io.aetherkeep.status.store",
              "io.aetherkeep.stream..",
              "io.aetherkeep.webhook",
              "io.aetherkeep.launcher.migrate",
              "io.aetherkeep.bench",
              "io.aetherkeep.lab..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx.redis..");

  /** In these packages a type's name shows whether it uses Redis. */
  @ArchTest
  static final ArchRule WHAT_SEES_REDIS_IS_CALLED_SO =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.aetherkeep.redis..")
          .and()
          .haveNameNotMatching(".*\\.Redis[^.]*") // including nested types
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx.redis..");

  @ArchTest
  static final ArchRule ONLY_THE_CLIENT_KNOWS_THE_TOPOLOGY_OF_REDIS =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.aetherkeep.redis..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.aetherkeep.redis.cluster", "io.aetherkeep.redis.sentinel");

  @ArchTest
  static final ArchRule ONLY_THE_ROUTER_SEES_THE_WEB =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.aetherkeep.router..")
          // An origin and the receiver of a webhook are HTTP services: the only HTTP clients.
          .and()
          .resideOutsideOfPackages("io.aetherkeep.cache.origin", "io.aetherkeep.delivery")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("io.vertx.ext.web..", "io.vertx.core.http..")
                  // Of TLS, whatever is sent over it.
                  .and(not(type(ClientAuth.class))));

  @ArchTest
  static final ArchRule JSON_AT_TWO_BORDERS_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.aetherkeep.document",
              "io.aetherkeep.bus",
              "io.aetherkeep.router.access.token", // a token's claims, and its keys, are JSON
              "io.aetherkeep.router.docs.openapi", // the contract is JSON
              "io.aetherkeep.launcher.ctl", // a client of the API
              "io.aetherkeep.cache.schema") // a validator looks into what it validates
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "com.fasterxml.jackson.core..",
              "com.fasterxml.jackson.databind..",
              "io.vertx.core.json..");

  @ArchTest
  static final ArchRule NO_DUMPING_GROUNDS =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameEndingWith("Constants")
          .orShould()
          .haveSimpleNameStartingWith("Abstract")
          .orShould()
          .resideInAnyPackage("..util..", "..common..", "..helper..", "..impl..");

  @ArchTest
  static final ArchRule NOBODY_SLEEPS =
      noClasses().should().callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule ASKS_AND_EVENTS_ARE_RECORDS_OF_THE_CATALOGUE =
      classes()
          .that()
          .areAssignableTo(Ask.class)
          .or()
          .areAssignableTo(Event.class)
          .and()
          .areNotInterfaces()
          .should()
          .beRecords()
          .andShould()
          .resideInAPackage("io.aetherkeep.catalogue");
}
