package io.aetherkeep.session;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Annotation of a test that runs in each layout, and in a space with a key prefix. */
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
