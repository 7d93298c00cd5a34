CREATE TABLE "encryption_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"canary" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
DROP INDEX "facts_subject";--> statement-breakpoint
ALTER TABLE "facts" ALTER COLUMN "words" DROP EXPRESSION;--> statement-breakpoint
ALTER TABLE "messages" ALTER COLUMN "words" DROP EXPRESSION;