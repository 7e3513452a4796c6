/** Sessions of one space: their stores together, adoption of foreign ones, the system of record. */
@NullMarked
package io.aetherkeep.session.space;

import org.jspecify.annotations.NullMarked;
