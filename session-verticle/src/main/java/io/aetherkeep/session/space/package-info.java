/**
 * Sessions of one space: stores, near copies, activity, adoption of foreign ones, system of record.
 */
@NullMarked
package io.aetherkeep.session.space;

import org.jspecify.annotations.NullMarked;
