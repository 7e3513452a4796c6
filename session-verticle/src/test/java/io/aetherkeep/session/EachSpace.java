package io.aetherkeep.session;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A test that must hold in each of the layouts, and where keys have a prefix. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@ValueSource(
    strings = {
      SessionDeployment.AETHERCAST,
      SessionDeployment.COUNCIL,
      SessionDeployment.CONTENT,
      SessionDeployment.PREFIXED
    })
@interface EachSpace {}
