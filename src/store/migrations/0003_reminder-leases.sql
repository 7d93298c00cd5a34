ALTER TABLE "reminders" ADD COLUMN "holder" uuid;--> statement-breakpoint
ALTER TABLE "reminders" ADD COLUMN "held_until" timestamp with time zone;