/** Audit trail: the uses of API keys and the operations of administrators, limited in number. */
@NullMarked
package io.aetherkeep.router.audit;

import org.jspecify.annotations.NullMarked;
