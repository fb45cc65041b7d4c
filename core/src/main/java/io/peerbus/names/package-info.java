/**
 * Owns what a multiaddr that begins with a name stands for: which questions to ask, how far to follow the answers, and
 * which of them count.
 *
 * <p>Driven by {@code io.peerbus.net.Resolver}, which asks the questions.
 *
 * <p>Spec: multiformats/multiaddr, "dnsaddr", and RFC 6761 for {@code localhost}; the limits are ours.
 */
package io.peerbus.names;
