/** Random requests from the OpenAPI document; it may use {@code botbot.testing} alone. */
package botbot.fuzz;
