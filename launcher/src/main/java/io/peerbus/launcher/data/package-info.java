/**
 * Owns a node's folder on disk: the lock that keeps a second node out, and the identity key.
 *
 * <p>Driven by the commands and by the node's verticle, on threads that may block. Files are made with their mode and
 * are whole or absent.
 *
 * <p>Spec: the key is the PrivateKey message of the libp2p peer id specification.
 */
package io.peerbus.launcher.data;
