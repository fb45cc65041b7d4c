/**
 * The interoperability suite: a whole node of ours against go-libp2p, rust-libp2p, js-libp2p and py-libp2p.
 *
 * <p>Owns the foreign peers, which are child processes that take JSON lines (launcher/src/test/interop/README.md), and
 * the tables of what passes. Driven by failsafe in the Maven profile {@code interop}; not part of a plain build.
 *
 * <p>System properties: {@code interop.languages} picks some of {@code go,rust,js,py}; {@code interop.readme=true}
 * writes the tables into README.md; {@code PEERBUS_REQUIRE_PEERS=true}, also in the environment, makes a missing peer
 * a failure; {@code replace.rounds}, {@code replace.nodes} and {@code replace.section} are those of {@link ReplaceIT}.
 */
package io.peerbus.interop;
